package org.lazaret.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;

/** The settings page, as an administrator works on it. */
final class Settings {
    private Settings() {
    }

    /** Enters one value, looks at what would change, and saves it with a reason. */
    static void save(Visit visit, String key, String value, String reason) {
        enter(visit, key, value);
        visit.page().getByLabel("Why? (optional)").fill(reason);
        visit.press(visit.button("Save"));
        assertThat(visit.page().getByText("is saved and in effect")).isVisible();
    }

    /** Enters one value, and goes to see what would change. */
    static void enter(Visit visit, String key, String value) {
        visit.open("/admin/settings");
        Locator field = visit.page().locator("[name='" + key + "']");
        if ("SELECT".equals(field.evaluate("element => element.tagName"))) {
            field.selectOption(value);
        } else {
            field.fill(value);
        }
        visit.press(visit.button("Show what would change"));
    }
}
