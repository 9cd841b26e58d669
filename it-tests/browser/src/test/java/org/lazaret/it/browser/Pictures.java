package org.lazaret.it.browser;

import com.microsoft.playwright.Page;
import java.nio.file.Path;

/** Screenshots: of each page for whoever looks at a build ({@code target/screenshots}), and three for the documentation. */
final class Pictures {
    private static final Path FOLDER = Path.of("target", "screenshots");
    private static final String DOCUMENTATION = System.getProperty("lazaret.screenshots", "");

    private Pictures() {
    }

    /** The whole page, however long. */
    static void take(Visit visit, String name) {
        visit.page().screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(FOLDER.resolve(name + ".png")));
    }

    /** What is seen of it without scrolling, where it is asked for. */
    static void forDocumentation(Visit visit, String name) {
        if (!DOCUMENTATION.isEmpty()) {
            Path folder = Path.of(System.getProperty("lazaret.root")).resolve(DOCUMENTATION);
            visit.page().screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
        }
    }
}
