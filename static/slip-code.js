/* The codes on slips, read and checked as survey.domain.codes does it: a typo is told at once, without network. */
(function (window) {
  'use strict';
  var ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ', LongDan = window.LongDan = window.LongDan || {};

  LongDan.normaliseCode = function (text) {
    return text.replace(/[-–—_.\s]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  };

  function checkCharacter(body) {
    var power = [], log = {}, value = 1, total = 0, step;
    for (step = 0; step < 31; step++) {
      power.push(value);
      log[value] = step;
      value <<= 1;
      if (value & 32) value ^= 37;
    }
    for (step = 0; step < body.length; step++) {
      value = ALPHABET.indexOf(body.charAt(step));
      if (value) total ^= power[(log[value] + step + 1) % 31];
    }
    return ALPHABET.charAt(total);
  }

  /* The name of what is wrong with a slip's code in a round; '' for nothing. */
  LongDan.judgeCode = function (code, tag) {
    if (!/^[0-9A-HJKMNP-TV-Z]+$/.test(code) || (code.length !== 12 && code.length !== 8)) return 'malformed';
    if (checkCharacter(code.slice(0, -1)) !== code.slice(-1)) return 'mistyped';
    if (code.slice(0, 3) !== tag) return 'other-round';
    return code.length === 12 ? '' : 'not-a-slip';
  };
})(window);
