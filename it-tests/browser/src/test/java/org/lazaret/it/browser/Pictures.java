package org.lazaret.it.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ViewportSize;
import java.nio.file.Path;

/** Screenshots: of each page for whoever looks at a build ({@code target/screenshots}), and three for the documentation. */
final class Pictures {
    private static final Path FOLDER = Path.of("target", "screenshots");
    private static final String DOCUMENTATION = System.getProperty("lazaret.screenshots", "");

    private Pictures() {
    }

    /** The whole page, on a screen high enough for it: frames that nobody sees are not drawn, and what sticks to the edge would lie above others. */
    static void take(Visit visit, String name) {
        Page page = visit.page();
        ViewportSize before = page.viewportSize();
        page.setViewportSize(before.width, Math.max(before.height, (int) page.evaluate("() => document.documentElement.scrollHeight")));
        page.screenshot(new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")));
        page.setViewportSize(before.width, before.height);
    }

    /** What is seen of it without scrolling, where it is asked for. */
    static void forDocumentation(Visit visit, String name) {
        if (!DOCUMENTATION.isEmpty()) {
            Path folder = Path.of(System.getProperty("lazaret.root")).resolve(DOCUMENTATION);
            visit.page().screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
        }
    }
}
