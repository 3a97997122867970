"""Wait for what a keystroke in the window needs: a page that no longer changes, and the focus that the page moves."""


def settled(page):
    """Wait until the page is still: the list is counted, and nothing runs that would draw it again."""
    page.locator("#masthead .told", has_text="notes").wait_for()
    page.wait_for_function(_STILL)


# The page is still when nothing has changed for a second of its own animation frames, however slow they are.
_STILL = """
() => new Promise(resolve => {
  let quiet = 0;
  const watcher = new MutationObserver(() => { quiet = 0; });
  watcher.observe(document.querySelector('#main'), {subtree: true, childList: true, characterData: true});
  const look = () => {
    quiet += 1;
    if (quiet < 60) return requestAnimationFrame(look);
    watcher.disconnect();
    resolve(true);
  };
  requestAnimationFrame(look);
})
"""


def tab_back_to(page, wanted, most=120):
    """Press Shift+Tab until the focus is on what is wanted; each press waits for the focus it moves."""
    focus = "document.activeElement?.closest(wanted) !== null"
    for _ in range(most):
        page.evaluate("window.before = document.activeElement")
        page.keyboard.press("Shift+Tab")
        page.wait_for_function("document.activeElement !== window.before")
        if page.evaluate(f"wanted => {focus}", wanted):
            return
    raise AssertionError(f"no {wanted} within {most} steps")
