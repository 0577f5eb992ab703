"""What a helper's phone keeps, forgets and gives back for correction; on one database."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from survey.store.ballots import Box
from tests.journeys.collecting import Helper, begin, counts, end_sign_in, read_device, read_totals
from tests.servers.browser import Phone
from tests.survey.web.live_rounds import RoundField


@pytest.fixture(scope="module")
def field(sqlite_field: RoundField) -> RoundField:
    return sqlite_field


@pytest.fixture
def helper(field: RoundField, page: Page) -> Helper:
    """With script, on a round of twelve slips, signed in and begun."""
    return begin(field, page)


BROKEN = """
    Object.defineProperty(window, 'indexedDB', {get() { throw new Error('no store here'); }});
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
"""


def test_a_device_that_keeps_nothing_still_sends(field: RoundField, page: Page) -> None:
    page.add_init_script(BROKEN)
    helper = begin(field, page)
    helper.collect(helper.round.slips[0])
    expect(helper.counter).to_have_text(counts(1, 0))
    page.context.set_offline(True)
    helper.collect(helper.round.slips[1])
    expect(page.locator("#queue-notice")).to_contain_text("Máy này không cất được phiếu")
    page.context.set_offline(False)
    expect(helper.counter).to_have_text(counts(2, 0))
    assert field.count(Box, helper.round) == 2


def test_signing_out_asks_first_and_forgets_the_page(field: RoundField, helper: Helper) -> None:
    page = helper.page
    expect(page.locator("html")).to_be_visible()
    page.wait_for_function(
        "async () => (await (await caches.open('longdan-collect')).keys()).some(r => /thu-phieu/.test(r.url))"
    )
    page.context.set_offline(True)
    helper.collect(helper.round.slips[0])
    page.get_by_role("button", name="Đăng xuất").tap()
    expect(page.locator("#queue-notice")).to_contain_text("Còn 1 phiếu chưa gửi")
    page.context.set_offline(False)
    expect(helper.counter).to_have_text(counts(1, 0))
    page.get_by_role("button", name="Đăng xuất").tap()
    expect(page.locator("[name=password]")).to_be_visible()
    assert page.evaluate("caches.has('longdan-collect')") is False
    assert read_totals(field, helper.round) == [(1, 0)]


def test_what_the_server_could_not_take_is_corrected_by_who_collected_it(
    field: RoundField, helper: Helper
) -> None:
    """The page's script and the server judge alike; where they do not, no answer is lost."""
    page, slips = helper.page, helper.round.slips
    page.context.set_offline(True)
    page.locator("label[for=q01-not_satisfied]").tap()
    page.fill("#q01_reason", "Đường lầy")
    page.evaluate("document.querySelector('[data-question=q01]').removeAttribute('data-limit')")
    page.evaluate("document.getElementById('q01_reason').value = 'Đường lầy. '.repeat(60)")
    page.fill("#code", slips[0].text)
    helper.save()
    expect(helper.counter).to_have_text(counts(0, 1))
    assert page.input_value("#q01_reason") == ""
    page.context.set_offline(False)
    refused = page.locator("#queue-refused")
    expect(refused).to_contain_text(f"thẻ …{slips[0].text[8:]} chưa gửi được, cần sửa lại.")
    helper.look()
    page.locator("label[for=q02-satisfied]").tap()
    refused.get_by_role("button", name="Mở lại để sửa").tap()
    expect(page.locator("#wrong-text")).to_contain_text("Xin ghi xong phiếu đang làm")
    page.reload()
    refused.get_by_role("button", name="Mở lại để sửa").tap()
    expect(page.locator("#q01-not_satisfied")).to_be_checked()
    expect(page.locator("#q02-satisfied")).not_to_be_checked()
    assert page.input_value("#q01_reason").startswith("Đường lầy. Đường")
    assert page.input_value("#code").replace("-", "") == slips[0].text
    helper.look()
    page.fill("#q01_reason", "Đường lầy")
    helper.save()
    expect(helper.counter).to_have_text(counts(1, 0))
    expect(refused).to_be_hidden()
    assert field.count(Box, helper.round) == 1
    assert "q01" not in read_device(page)


def test_a_ballot_that_is_too_large_comes_back_for_correction(field: RoundField, phone: Phone) -> None:
    page = phone(service_workers="block")
    helper = begin(field, page)
    page.evaluate("document.querySelector('[data-question=q01]').removeAttribute('data-limit')")
    page.locator("label[for=q01-not_satisfied]").tap()
    page.evaluate("size => { document.getElementById('q01_reason').value = 'x'.repeat(size); }", 6 * 2**20)
    page.fill("#code", helper.round.slips[0].text)
    helper.save()
    expect(page.locator("#queue-refused")).to_contain_text("viết quá dài")
    expect(helper.counter).to_have_text(counts(0, 0))


@pytest.mark.parametrize("signed_in", [True, False], ids=["a captive portal", "nobody is signed in"])
def test_a_redirect_makes_the_device_forget_the_page_only_if_nobody_is_signed_in(
    field: RoundField, helper: Helper, signed_in: bool
) -> None:
    page = helper.page
    kept = "async url => !!(await (await caches.open('longdan-collect')).match(url, {ignoreVary: true}))"
    page.wait_for_function(
        "() => navigator.serviceWorker.ready.then(ready => ready.active.state === 'activated')"
    )
    page.wait_for_function(kept, arg=helper.url)
    if signed_in:
        worker = page.context.service_workers[0]
        worker.evaluate(
            """path => {
                const real = self.fetch;
                self.fetch = (asked, ...more) => asked.mode === 'navigate' && asked.url.endsWith(path)
                    ? real('/quyen-rieng-tu?lang=en').then(() => Object.defineProperties(
                        Response.redirect('/quyen-rieng-tu'), {type: {value: 'opaqueredirect'}}))
                    : self.asked = real(asked, ...more);
            }""",
            f"/{helper.round.id}",
        )
        page.goto(helper.url)
        expect(page).to_have_url(re.compile("quyen-rieng-tu"))
        assert "trang-thai" in worker.evaluate("async () => (await self.asked).url")
        assert page.evaluate(kept, helper.url)
    else:
        end_sign_in(field, helper)
        page.goto(helper.url)
        expect(page.locator("[name=password]")).to_be_visible()
        page.wait_for_function("async url => !await (" + kept + ")(url)", arg=helper.url)
