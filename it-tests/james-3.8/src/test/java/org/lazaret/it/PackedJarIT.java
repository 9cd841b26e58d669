package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars as they are handed out: nothing in them can meet, in James' class loader, another version of itself. */
class PackedJarIT {
    private static final Path ROOT = Path.of(System.getProperty("lazaret.root"));
    private static final String JAMES_38 = "lazaret-james-3.8.jar";
    private static final String JAMES_39 = "lazaret-james-3.9.jar";
    private static final long LIMIT = 40_000_000;
    /** What the shade plugin itself writes on files that it adds. */
    private static final LocalDateTime ADDED_BY_SHADE = LocalDateTime.of(2017, 11, 28, 0, 21, 29);

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldHoldOnlyOurNamespaceAndTheNativeDriver(String name) throws IOException {
        try (JarFile jar = open(name)) {
            assertThat(jar.stream().map(JarEntry::getName).filter(entry -> entry.endsWith(".class")))
                .isNotEmpty()
                .allMatch(entry -> entry.startsWith("org/lazaret/") || entry.startsWith("org/sqlite/"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldReferToNoBundledLibraryByItsOriginalName(String name) throws IOException {
        List<String> original = bundledPackages();

        assertThat(references(name, text -> original.stream().anyMatch(pack -> names(text, pack)))).isEmpty();
    }

    /** The build leaves out what nothing of ours reaches, and cannot see what a library finds by name. */
    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldHoldEveryClassThatALibraryNames(String name) throws IOException {
        Set<String> held;
        try (JarFile jar = open(name)) {
            held = jar.stream().map(JarEntry::getName).collect(Collectors.toSet());
        }
        Pattern aClass = Pattern.compile("org[./]lazaret[./](\\w+[./])+[A-Z][\\w$]*");
        // These name classes that their own jars do not hold either; BouncyCastle's provider is kept whole.
        Pattern optional = Pattern.compile("org/lazaret/shaded/(bouncycastle|jetty|jspecify)/.*|.*/commons/logging/.*|.*/jte/compiler/.*"
            + "|.*/pdfbox/rendering/.*|.*/xz/MatchLengthFinder.*|.*/postgresql/(geometric|jdbc2|sspi|ssl/jdbc4)/.*");

        List<String> missing = references(name, text -> aClass.matcher(text).matches() && !held.contains(text.replace('.', '/') + ".class"));

        assertThat(missing.stream().filter(reference -> !optional.matcher(reference.split(" names ")[1].replace('.', '/')).matches())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldHaveNoSignaturesVersionedClassesOrModules(String name) throws IOException {
        try (JarFile jar = open(name)) {
            assertThat(jar.stream().map(JarEntry::getName))
                .noneMatch(entry -> entry.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)"))
                .noneMatch(entry -> entry.startsWith("META-INF/versions/"))
                .noneMatch(entry -> entry.endsWith("module-info.class"))
                .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldHoldEveryServiceProviderItNames(String name) throws IOException {
        try (JarFile jar = open(name)) {
            List<JarEntry> services = jar.stream().filter(entry -> entry.getName().startsWith("META-INF/services/") && !entry.isDirectory()).toList();

            assertThat(services).isNotEmpty();
            for (JarEntry service : services) {
                String text = new String(jar.getInputStream(service).readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text.lines().map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty()))
                    .as(service.getName())
                    .allMatch(provider -> jar.getEntry(provider.replace('.', '/') + ".class") != null);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldNameServicesOfOursAndOfTheJdkAlone(String name) throws IOException {
        try (JarFile jar = open(name)) {
            assertThat(jar.stream().map(JarEntry::getName).filter(entry -> entry.matches("META-INF/services/.+")))
                .allMatch(entry -> entry.startsWith("META-INF/services/org.lazaret.shaded.") || entry.equals("META-INF/services/java.sql.Driver"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void sbomShouldListWhatTheClassesComeFromAndNothingElse(String name) throws Exception {
        Set<String> others;
        try (JarFile jar = open(name)) {
            others = jar.stream().map(JarEntry::getName).filter(entry -> entry.endsWith(".class"))
                .filter(entry -> entry.startsWith("org/lazaret/shaded/") || !entry.startsWith("org/lazaret/")).collect(Collectors.toSet());
        }

        Set<String> origins = new HashSet<>();
        for (Sbom.Component component : Sbom.of(path(name))) {
            if (!component.isOurs()) {
                assertThat(sha256(component.artifact())).as(component.toString()).isEqualTo(component.sha256());
                Set<String> classes = relocatedClasses(component.artifact());
                assertThat(classes).as(component.toString()).anyMatch(others::contains);
                origins.addAll(classes);
            }
        }

        assertThat(origins).containsAll(others);
        assertThat(Sbom.of(path(name)).stream().filter(Sbom.Component::isOurs).map(Sbom.Component::name))
            .contains("scan", "policy", "quarantine", "portal").doesNotContain(name.equals(JAMES_38) ? "mailets" : "james38")
            .contains(name.equals(JAMES_38) ? "james38" : "mailets");
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void sbomShouldLieBesideTheJarToo(String name) throws IOException {
        try (JarFile jar = open(name)) {
            assertThat(jar.getInputStream(jar.getEntry(Sbom.ENTRY))).hasBinaryContent(Files.readAllBytes(path(name.replace(".jar", ".cdx.xml"))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldCarryTheLicenceOfEachLibraryThatItBundles(String name) throws IOException {
        List<Sbom.Component> libraries = Sbom.of(path(name)).stream().filter(component -> !component.isOurs()).toList();
        try (JarFile jar = open(name)) {
            Set<String> entries = jar.stream().filter(entry -> entry.getSize() > 0).map(JarEntry::getName).collect(Collectors.toSet());
            String list = text(jar, "META-INF/licenses/THIRD-PARTY.txt");

            assertThat(list.lines().filter(line -> line.contains(" - ")).map(line -> line.replaceFirst(" - .*", "")))
                .containsExactlyInAnyOrderElementsOf(libraries.stream().map(Sbom.Component::toString).toList());
            assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License", "Version 2.0");
            assertThat(entries).contains("META-INF/NOTICE");
            assertThat(libraries).isNotEmpty().allSatisfy(library -> {
                assertThat(library.licences()).isNotEmpty();
                assertThat(list).contains(library + " - " + String.join(" or ", library.licences()));
                Pattern text = Pattern.compile("META-INF/licenses/" + Pattern.quote(library.name()) + "/.*(LICEN[CS]E|COPYING)[^/]*");
                assertThat(library.licences().contains("Apache-2.0") || entries.stream().anyMatch(entry -> text.matcher(entry).matches()))
                    .as("a licence text of " + library).isTrue();
            });
        }
    }

    /** Two builds of the same sources give the same bytes, so nothing in a jar may know when it was built. */
    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void entriesShouldBeDatedLikeTheReleaseOrTheLibraryTheyComeFrom(String name) throws IOException {
        LocalDateTime release = LocalDateTime.parse(System.getProperty("lazaret.timestamp").replace("Z", ""));
        Set<LocalDateTime> dates = new HashSet<>(Set.of(release, ADDED_BY_SHADE));
        for (Sbom.Component component : Sbom.of(path(name))) {
            if (!component.isOurs()) {
                try (JarFile library = new JarFile(component.artifact().toFile())) {
                    library.stream().map(JarEntry::getTimeLocal).forEach(dates::add);
                }
            }
        }

        try (JarFile jar = open(name)) {
            assertThat(jar.stream()).allSatisfy(entry -> assertThat(dates).as(entry.getName()).contains(entry.getTimeLocal()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JAMES_38, JAMES_39})
    void jarShouldStaySmallEnoughToCopyAround(String name) throws IOException {
        assertThat(Files.size(path(name))).isLessThan(LIMIT);
    }

    @Test
    void jarForJames38ShouldKnowNothingOfJakarta() throws IOException {
        assertThat(ours(JAMES_38, "jakarta/(mail|inject|activation|annotation)/")).isEmpty();
        assertThat(ours(JAMES_38, "javax/mail/")).isNotEmpty();
    }

    @Test
    void jarForJames39ShouldKnowNothingOfJavaxMail() throws IOException {
        assertThat(ours(JAMES_39, "javax/(mail|inject|activation|annotation)/")).isEmpty();
        assertThat(ours(JAMES_39, "jakarta/mail/")).isNotEmpty();
    }

    @Test
    void cacheShouldFindItsGeneratedClassesUnderTheirNewNames() throws Exception {
        // Caffeine puts together the names of the classes it loads, which no relocation of texts can see.
        try (URLClassLoader loader = new URLClassLoader(new URL[] {path(JAMES_38).toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> caffeine = loader.loadClass("org.lazaret.shaded.caffeine.cache.Caffeine");
            Object builder = caffeine.getMethod("newBuilder").invoke(null);
            builder = caffeine.getMethod("maximumSize", long.class).invoke(builder, 10L);
            builder = caffeine.getMethod("expireAfterWrite", Duration.class).invoke(builder, Duration.ofMinutes(1));
            Object cache = caffeine.getMethod("build").invoke(builder);

            Class<?> type = loader.loadClass("org.lazaret.shaded.caffeine.cache.Cache");
            Method put = type.getMethod("put", Object.class, Object.class);
            put.invoke(cache, "key", "value");

            assertThat(type.getMethod("getIfPresent", Object.class).invoke(cache, "key")).isEqualTo("value");
        }
    }

    /** Classes of a library under the names that they have in our jars. */
    private static Set<String> relocatedClasses(Path library) throws IOException {
        Map<String, String> relocations = Pattern.compile("<pattern>([^<]+)</pattern>\\s*<shadedPattern>\\$\\{shaded}([^<]+)</shadedPattern>")
            .matcher(Files.readString(ROOT.resolve("extension/pom.xml"))).results()
            .collect(Collectors.toMap(found -> found.group(1).replace('.', '/') + "/",
                found -> "org/lazaret/shaded" + found.group(2).replace('.', '/') + "/"));
        Set<String> classes = new HashSet<>();
        try (JarFile jar = new JarFile(library.toFile())) {
            jar.stream().map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", "")).filter(entry -> entry.endsWith(".class"))
                .forEach(entry -> classes.add(relocations.entrySet().stream().filter(relocation -> entry.startsWith(relocation.getKey())).findFirst()
                    .map(relocation -> relocation.getValue() + entry.substring(relocation.getKey().length())).orElse(entry)));
        }
        return classes;
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static String text(JarFile jar, String entry) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The packages that the build relocates; that they are all, the namespace test says. */
    private static List<String> bundledPackages() throws IOException {
        List<String> packages = Pattern.compile("<pattern>([a-zA-Z0-9.]+)</pattern>").matcher(Files.readString(ROOT.resolve("extension/pom.xml")))
            .results().map(match -> match.group(1).replace('.', '/')).toList();
        assertThat(packages).hasSizeGreaterThan(20);
        return packages;
    }

    private static boolean names(String text, String pack) {
        return text.startsWith(pack + "/") || text.startsWith(pack.replace('/', '.') + ".") || text.contains("L" + pack + "/");
    }

    private static List<String> ours(String name, String pattern) throws IOException {
        Predicate<String> wanted = Pattern.compile("(^|L)" + pattern).asPredicate();
        return references(name, wanted).stream()
            .filter(reference -> reference.startsWith("org/lazaret/") && !reference.startsWith("org/lazaret/shaded/")).toList();
    }

    private static List<String> references(String name, Predicate<String> wanted) throws IOException {
        List<String> found = new ArrayList<>();
        try (JarFile jar = open(name)) {
            for (JarEntry entry : jar.stream().filter(each -> each.getName().endsWith(".class")).toList()) {
                ClassReferences.of(jar.getInputStream(entry)).stream().filter(wanted).forEach(text -> found.add(entry.getName() + " names " + text));
            }
        }
        return found;
    }

    private static JarFile open(String name) throws IOException {
        return new JarFile(path(name).toFile());
    }

    private static Path path(String name) {
        return ROOT.resolve("extension/target").resolve(name);
    }
}
