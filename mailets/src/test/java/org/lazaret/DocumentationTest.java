package org.lazaret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.settings.SettingsReader;

/** What the documentation names is there: files, headings, classes, tests, log lines, keys; and what it says to type is run somewhere. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Who runs every shell block of a page. Blocks that are there to be read are fenced as {@code console} or not at all. */
    private static final Map<String, List<String>> RUN_BY = Map.of(
        "README.md", List.of(".ci/run"),
        "docs/crypto.md", List.of("OpensslTest"),
        "docs/rest.md", List.of("OpenApiTest"),
        "docs/install.md", List.of("InstallIT"),
        "docs/operations.md", List.of("OperationsIT", "InstallIT"));

    private static final Map<Path, String> PAGES = new TreeMap<>();
    /** Java sources by the name of their class. */
    private static final Map<String, List<Path>> SOURCES = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        PAGES.put(ROOT.resolve("README.md"), "");
        PAGES.put(ROOT.resolve("CHANGELOG.md"), "");
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                return name.equals("target") || name.equals(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java")) {
                    SOURCES.computeIfAbsent(name.substring(0, name.length() - ".java".length()), any -> new ArrayList<>()).add(file);
                } else if (name.endsWith(".md") && (file.startsWith(ROOT.resolve("docs")) || file.startsWith(ROOT.resolve("bench")))) {
                    PAGES.put(file, "");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        PAGES.replaceAll((file, empty) -> text(file));
    }

    @Test
    void everyLinkShouldLeadToAFileAndAHeading() {
        List<String> broken = new ArrayList<>();
        PAGES.forEach((page, text) -> {
            for (MatchResult link : found("\\]\\(([^)\\s]+)\\)", outsideOfBlocks(text))) {
                String[] target = link.group(1).split("#", 2);
                if (target[0].matches("[a-z]+:.*")) {
                    continue;
                }
                Path file = target[0].isEmpty() ? page : page.resolveSibling(target[0]).normalize();
                if (!Files.exists(file)) {
                    broken.add(name(page) + ": " + link.group(1) + ": no such file");
                } else if (target.length > 1 && !headings(text(file)).contains(target[1])) {
                    broken.add(name(page) + ": " + link.group(1) + ": no such heading");
                }
            }
        });

        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageShouldBeReachedFromTheReadme() {
        Set<Path> reached = new HashSet<>();
        List<Path> open = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        while (!open.isEmpty()) {
            Path page = open.removeLast();
            if (reached.add(page) && PAGES.containsKey(page)) {
                found("\\]\\(([^)#\\s]+)", PAGES.getOrDefault(page, "")).forEach(link -> open.add(page.resolveSibling(link.group(1)).normalize()));
            }
        }

        assertThat(PAGES.keySet()).filteredOn(page -> !page.startsWith(ROOT.resolve("docs/adr")))
            .allSatisfy(page -> assertThat(reached).as(name(page)).contains(page));
    }

    @Test
    void everyShellBlockShouldBeRun() {
        PAGES.forEach((page, text) -> {
            if (found("(?m)^ *```sh$", text).isEmpty()) {
                assertThat(RUN_BY).doesNotContainKey(name(page));
                return;
            }
            assertThat(RUN_BY).as("who runs the shell blocks of " + name(page) + "? If nobody does, fence them as console").containsKey(name(page));
            for (String runner : RUN_BY.getOrDefault(name(page), List.of())) {
                List<Path> sources = runner.startsWith(".") ? List.of(ROOT.resolve(runner)) : SOURCES.getOrDefault(runner, List.of());
                assertThat(sources).as(runner).isNotEmpty();
                assertThat(sources).as(runner + " does not read " + name(page))
                    .anySatisfy(source -> assertThat(text(source)).contains(page.getFileName().toString()));
            }
        });
    }

    @Test
    void commandsThatNobodyRunsShouldBeFencedAsConsole() {
        PAGES.forEach((page, text) -> {
            for (MatchResult block : found("(?ms)^ *```\n(.*?)^ *```", outsideOfFences(text))) {
                assertThat(block.group(1).lines()).as(name(page))
                    .noneMatch(line -> line.strip().matches("(?:bin/|mvn |curl |openssl |sqlite3 |git ).*"));
            }
        });
    }

    @Test
    void everyClassInTheArchitectureShouldExist() {
        String page = page("docs/architecture.md");

        for (MatchResult quoted : found("`([A-Z][A-Za-z0-9]+)`", page)) {
            assertThat(SOURCES).as(quoted.group(1)).containsKey(quoted.group(1));
        }
        for (MatchResult quoted : found("`(org\\.lazaret[a-z.]*)`", page)) {
            String folder = "/src/main/java/" + quoted.group(1).replace('.', '/') + "/";
            assertThat(SOURCES.values().stream().flatMap(List::stream)).as(quoted.group(1)).anyMatch(file -> file.toString().contains(folder));
        }
    }

    @Test
    void everyTestInTheThreatModelShouldExist() {
        for (MatchResult quoted : found("`([A-Z][A-Za-z0-9]+(?:Test|IT|Contract))(?:\\.([A-Za-z0-9]+))?`", page("docs/threats.md"))) {
            assertThat(SOURCES).containsKey(quoted.group(1));
            String method = quoted.group(2);
            if (method != null) {
                assertThat(SOURCES.getOrDefault(quoted.group(1), List.of())).as(quoted.group())
                    .anySatisfy(source -> assertThat(text(source)).contains("void " + method + "("));
            }
        }
    }

    @Test
    void everyLogLineInTheHandbookShouldBeWritten() {
        StringBuilder sources = new StringBuilder();
        SOURCES.values().stream().flatMap(List::stream).filter(file -> file.toString().contains("/src/main/")).sorted(Comparator.naturalOrder())
            .forEach(file -> sources.append(text(file).replaceAll("\"\\s*\\+\\s*\"", "")));

        for (MatchResult quoted : found("\\*Log:\\* `([^`]+)`", page("docs/operations.md"))) {
            assertThat(sources.toString().contains(quoted.group(1))).as(quoted.group()).isTrue();
        }
    }

    @Test
    void everyHealthCheckInTheHandbookShouldBeDescribed() {
        for (MatchResult quoted : found("`(Lazaret [a-z ]+)`", page("docs/operations.md"))) {
            assertThat(page("docs/observability.md")).contains("`" + quoted.group(1) + "`");
        }
    }

    @Test
    void everyKeyForThoseWhoComeFromJuniperShouldExist() {
        Set<String> keys = SettingsReader.keys().keySet();

        for (MatchResult quoted : found("`([a-z]+(?:[.-][a-z-]+)*)(?: = [a-z]+)?`", page("docs/juniper.md"))) {
            assertThat(keys.contains(quoted.group(1)) || quoted.group(1).equals("lazaret.properties")).as(quoted.group()).isTrue();
        }
        for (MatchResult quoted : found("`(/lazaret/[a-z]+(?:/[a-z]+)?)`", page("docs/juniper.md"))) {
            assertThat(text(ROOT.resolve("docs/openapi.yaml"))).contains("\n  " + quoted.group(1) + ":");
        }
    }

    private static String page(String name) {
        return PAGES.getOrDefault(ROOT.resolve(name), "");
    }

    private static List<MatchResult> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().toList();
    }

    /** Without the blocks that say what they are. */
    private static String outsideOfFences(String text) {
        return text.replaceAll("(?ms)^ *```[a-z]+\n.*?^ *```", "");
    }

    private static String outsideOfBlocks(String text) {
        return text.replaceAll("(?ms)^ *```.*?^ *```", "").replaceAll("`[^`\n]*`", "`code`");
    }

    /** Anchors as they are made of headings: in small letters, without marks, hyphens for spaces. */
    private static Set<String> headings(String text) {
        Set<String> anchors = new HashSet<>();
        Matcher heading = Pattern.compile("(?m)^#+ +(.*)$").matcher(text.replaceAll("(?ms)^ *```.*?^ *```", ""));
        while (heading.find()) {
            anchors.add(heading.group(1).strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
        }
        return anchors;
    }

    private static String name(Path page) {
        return ROOT.relativize(page).toString();
    }

    private static String text(Path file) {
        if (Files.isDirectory(file)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
