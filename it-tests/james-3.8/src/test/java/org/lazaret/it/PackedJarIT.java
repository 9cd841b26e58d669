package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    void jarShouldCarryTheLicencesOfWhatItBundles(String name) throws IOException {
        try (JarFile jar = open(name)) {
            String list = new String(jar.getInputStream(jar.getEntry("META-INF/licenses/THIRD-PARTY.txt")).readAllBytes(), StandardCharsets.UTF_8);

            assertThat(list).contains("org.bouncycastle:bcprov-jdk18on", "org.apache.poi:poi", "org.xerial:sqlite-jdbc", "com.github.junrar:junrar")
                .doesNotContain("Unknown license");
            assertThat(jar.stream().map(JarEntry::getName)).contains("META-INF/LICENSE", "META-INF/NOTICE",
                "META-INF/licenses/bcprov-jdk18on-LICENSE.md", "META-INF/licenses/poi-NOTICE", "META-INF/licenses/sqlite-jdbc-LICENSE");
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
