package org.lazaret.it.browser;

import com.microsoft.playwright.Browser.NewContextOptions;

/** What somebody looks at the portal with. */
enum Screen {
    /** A phone, held upright. */
    PHONE(390, 844, true),
    DESKTOP(1280, 900, false);

    private final int width;
    private final int height;
    private final boolean touch;

    Screen(int width, int height, boolean touch) {
        this.width = width;
        this.height = height;
        this.touch = touch;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    NewContextOptions options() {
        return new NewContextOptions().setViewportSize(width, height).setHasTouch(touch).setIsMobile(touch).setLocale("en-GB");
    }
}
