/* Slips that the camera reads go into the box of numbers (ES5), one below the other; the server knows their codes. */
(function (document) {
  'use strict';
  var field = document.getElementById('numbers');
  if (!field) return;
  window.LongDan.scan(function (text) {
    field.value = field.value.replace(/\s*$/, '') + (/\S/.test(field.value) ? '\n' : '') + text + '\n';
    document.getElementById('scan').focus();
  });
})(document);
