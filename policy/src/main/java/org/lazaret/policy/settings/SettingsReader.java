package org.lazaret.policy.settings;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.policy.lists.ListSettings.Trust;
import org.lazaret.policy.settings.Settings.Administrator;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.policy.settings.Settings.Distribution;
import org.lazaret.policy.settings.Settings.PasswordPlace;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.scan.Limits;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.engine.Secret;

/**
 * Makes {@link Settings} of lines: those of {@code lazaret.properties}, and those that were saved in the portal. Every key has a default; a key
 * that is not known or has a value that is not allowed is refused. Relative paths start at the folder the server works in.
 */
public final class SettingsReader {
    private static final Map<String, String> DEFAULTS = defaults();
    private static final String RETENTION_FOR = "retention.for.";

    private final String file;
    private final Map<String, String> values;
    private final Path base;

    private SettingsReader(String file, Map<String, String> values, Path base) {
        this.file = file;
        this.values = values;
        this.base = base;
    }

    /** Every key with its default, as written in the file; those for single domains, recipients and engines aside. */
    public static Map<String, String> keys() {
        return DEFAULTS;
    }

    /**
     * @param base folder that relative paths start at
     * @throws SettingsException when the file is missing, unreadable or says something that is not allowed
     */
    public static Settings read(Path file, Path base) throws SettingsException {
        return SettingsFile.read(file, base).settings();
    }

    /** @param name what to call the text in messages */
    public static Settings read(String name, String text, Path base) throws SettingsException {
        return SettingsFile.parse(name, text, base).settings();
    }

    /** @param said keys with their values, as they stand in the file */
    static Settings read(String name, Map<String, String> said, Path base) throws SettingsException {
        Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
        for (Map.Entry<String, String> line : said.entrySet()) {
            String key = line.getKey();
            if (!DEFAULTS.containsKey(key) && !key.startsWith(RETENTION_FOR) && !PolicyReader.isScoped(key) && !EngineReader.isScoped(key)
                && !NoticeReader.isScoped(key)) {
                throw SettingsException.about(name, List.of(key), key + " is no setting" + Values.nearest(key, "", DEFAULTS.keySet())
                    + "; the settings are: " + String.join(", ", DEFAULTS.keySet()));
            }
            if (!PolicyReader.isScoped(key)) {
                values.put(key, line.getValue());
            }
        }
        return new SettingsReader(name, values, base).settings(PolicyReader.read(name, values, said));
    }

    private Settings settings(PolicyScopes policy) throws SettingsException {
        List<String> quarantineNotices = value("administrators.quarantine-notices", Values::addresses);
        List<String> releaseNotices = value("administrators.release-notices", Values::addresses);
        Set<String> addresses = new LinkedHashSet<>(quarantineNotices);
        addresses.addAll(releaseNotices);
        List<Administrator> administrators = addresses.stream()
            .map(address -> new Administrator(address, quarantineNotices.contains(address), releaseNotices.contains(address)))
            .toList();
        return new Settings(scan(), policy, lists(), warning(), store(), retention(), NoticeReader.read(file, values), portal(), release(),
            administrators, new Settings.AdministratorNotices(value("administrators.language", Language::parse),
                value("administrators.notices-per-hour", Values::count)),
            value("queue.processor", Values::processor));
    }

    private ScanSettings scan() throws SettingsException {
        Limits limits = new Limits(value("limits.time", Values::duration), value("limits.decoded-bytes", Values::size),
            value("limits.entries", Values::count), value("limits.depth", Values::count), value("limits.ratio", Values::count),
            (int) Math.min(Integer.MAX_VALUE, value("limits.memory", Values::size)));
        String temporary = text("scan.temporary-directory");
        return new ScanSettings(limits, optionalPath("scan.blocked-extensions"),
            temporary.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir")) : base.resolve(temporary), EngineReader.read(file, values, base));
    }

    private ListSettings lists() throws SettingsException {
        return new ListSettings(word("lists.header-from", Trust.class), word("lists.mail-from", Trust.class));
    }

    private Settings.Warning warning() throws SettingsException {
        // Written in quotes so that a space at the end can be seen and kept.
        String prefix = value("warning.subject-prefix", Values::line);
        if (prefix.length() >= 2 && prefix.startsWith("\"") && prefix.endsWith("\"")) {
            prefix = prefix.substring(1, prefix.length() - 1);
        }
        return new Settings.Warning(word("warning.distribution", Distribution.class), value("warning.spam-flag", Values::flag), prefix);
    }

    private Settings.Store store() throws SettingsException {
        Path directory = base.resolve(required("quarantine.directory"));
        List<Path> certificates = new ArrayList<>();
        for (String certificate : value("quarantine.certificates", Values::list)) {
            certificates.add(base.resolve(certificate));
        }
        if (certificates.isEmpty()) {
            certificates.add(directory.resolve("quarantine.crt"));
        }
        String key = text("quarantine.private-key");
        Optional<Path> privateKey = switch (key) {
            case "" -> Optional.of(directory.resolve("quarantine.key"));
            case "none" -> Optional.empty();
            default -> Optional.of(base.resolve(key));
        };
        List<Path> oldKeys = value("quarantine.old-private-keys", Values::list).stream().map(base::resolve).toList();
        if (privateKey.isEmpty() && !oldKeys.isEmpty()) {
            throw SettingsException.of(file, "quarantine.old-private-keys", text("quarantine.old-private-keys"),
                "empty where quarantine.private-key = none");
        }
        return new Settings.Store(directory, certificates, privateKey, oldKeys, value("quarantine.generate-keys", Values::flag),
            optionalPath("secrets.directory").orElse(directory.resolve("secrets")), bucket(), server());
    }

    private Optional<Settings.Bucket> bucket() throws SettingsException {
        Optional<Values.BucketName> name = value("content.url", Values::bucket);
        Optional<URI> endpoint = value("content.endpoint", Values::webAddress);
        String region = value("content.region", Values::region);
        boolean pathStyle = value("content.path-style", Values::flag);
        Optional<Secret> credentials = secret("content.credentials");
        return name.map(there -> new Settings.Bucket(endpoint.orElse(URI.create("https://s3." + region + ".amazonaws.com")), region, pathStyle,
            there.bucket(), there.prefix(), credentials));
    }

    private Optional<Settings.Server> server() throws SettingsException {
        Optional<String> url = value("index.url", Values::postgresql);
        String user = value("index.user", Values::line);
        int connections = value("index.connections", Values::count);
        Optional<Secret> password = secret("index.password");
        return url.map(there -> new Settings.Server(there, user, password, connections));
    }

    private Settings.Retention retention() throws SettingsException {
        Map<String, Duration> domains = new LinkedHashMap<>();
        for (String key : values.keySet()) {
            if (key.startsWith(RETENTION_FOR)) {
                String domain = key.substring(RETENTION_FOR.length());
                if (!Values.isDomain(domain)) {
                    throw SettingsException.of(file, key, text(key), "a key that ends in a domain, such as " + RETENTION_FOR + "example.org");
                }
                if (domains.put(domain.toLowerCase(Locale.ROOT), value(key, Values::duration)) != null) {
                    throw SettingsException.about(file, List.of(key), "given twice: " + RETENTION_FOR + domain.toLowerCase(Locale.ROOT));
                }
            }
        }
        return new Settings.Retention(value("retention", Values::duration), domains, value("quota", Values::quota),
            word("quota.when-full", WhenFull.class), value("retention.interval", Values::duration));
    }

    private Settings.Portal portal() throws SettingsException {
        InetSocketAddress bind = value("portal.bind", Values::socket);
        Optional<URI> url = value("portal.url", Values::webAddress).map(uri -> URI.create(uri.toString().replaceAll("/+$", "")));
        Optional<Settings.Tls> tls = tls();
        if (tls.isPresent() && url.map(URI::getScheme).filter("http"::equalsIgnoreCase).isPresent()) {
            throw SettingsException.of(file, "portal.url", text("portal.url"), "an address that starts with https://, since the portal has TLS");
        }
        List<String> administrators = value("portal.administrators", Values::addresses);
        List<String> auditors = value("portal.auditors", Values::addresses);
        if (auditors.stream().anyMatch(auditor -> administrators.stream().anyMatch(auditor::equalsIgnoreCase))) {
            throw SettingsException.of(file, "portal.auditors", text("portal.auditors"), "addresses that are not in portal.administrators");
        }
        return new Settings.Portal(bind, tls, url, word("portal.mode", RecipientMode.class), word("portal.scope", DecisionScope.class),
            value("portal.link-validity", Values::duration), administrators, auditors,
            value("portal.auditors.preview", Values::flag), value("portal.undo", Values::durationOrNone));
    }

    private Optional<Settings.Tls> tls() throws SettingsException {
        Optional<Path> certificate = optionalPath("portal.tls.certificate");
        Optional<Path> privateKey = optionalPath("portal.tls.private-key");
        Optional<Path> keystore = optionalPath("portal.tls.keystore");
        Optional<Secret> password = secret("portal.tls.keystore-password");
        if (certificate.isPresent() != privateKey.isPresent()) {
            String missing = certificate.isPresent() ? "portal.tls.private-key" : "portal.tls.certificate";
            throw SettingsException.of(file, missing, "", "a PEM file, since portal.tls.certificate and portal.tls.private-key go together");
        }
        if (keystore.isPresent() && certificate.isPresent()) {
            throw SettingsException.of(file, "portal.tls.keystore", text("portal.tls.keystore"), "nothing where portal.tls.certificate is set");
        }
        if (password.isPresent() && keystore.isEmpty()) {
            throw SettingsException.of(file, "portal.tls.keystore-password", text("portal.tls.keystore-password"),
                "nothing without portal.tls.keystore");
        }
        return keystore.<Settings.Tls>map(store -> new Settings.Tls.Keystore(store, password))
            .or(() -> certificate.map(chain -> new Settings.Tls.Pem(chain, privateKey.orElseThrow())));
    }

    private Settings.Release release() throws SettingsException {
        return new Settings.Release(word("release.password", PasswordPlace.class), value("release.marker-validity", Values::duration));
    }

    private String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("No default for " + key);
        }
        return value;
    }

    private String required(String key) throws SettingsException {
        String value = text(key);
        if (value.isEmpty()) {
            throw SettingsException.of(file, key, value, "a path");
        }
        return value;
    }

    private Optional<Path> optionalPath(String key) {
        String value = text(key);
        return value.isEmpty() ? Optional.empty() : Optional.of(base.resolve(value));
    }

    private Optional<Secret> secret(String key) throws SettingsException {
        return text(key).isEmpty() ? Optional.empty() : Optional.of(Values.secret(file, key, text(key), base));
    }

    private <T> T value(String key, Function<String, T> parser) throws SettingsException {
        return Values.parse(file, key, text(key), parser);
    }

    private <E extends Enum<E>> E word(String key, Class<E> words) throws SettingsException {
        return value(key, text -> Keyword.parse(words, text));
    }

    private static Map<String, String> defaults() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.putAll(PolicyReader.defaults());
        Deferral deferral = Deferral.DEFAULT;
        keys.put("defer.attempts", Integer.toString(deferral.attempts()));
        keys.put("defer.first-delay", deferral.firstDelay().toMinutes() + "m");
        keys.put("defer.longest-delay", deferral.longestDelay().toMinutes() + "m");
        keys.put("lists.header-from", Keyword.of(ListSettings.DEFAULT.headerFrom()));
        keys.put("lists.mail-from", Keyword.of(ListSettings.DEFAULT.mailFrom()));
        keys.put("warning.distribution", "none");
        keys.put("warning.spam-flag", "false");
        keys.put("warning.subject-prefix", "\"[SUSPICIOUS] \"");
        keys.put("quarantine.directory", "var/lazaret");
        keys.put("quarantine.certificates", "");
        keys.put("quarantine.private-key", "");
        keys.put("quarantine.old-private-keys", "");
        keys.put("quarantine.generate-keys", "false");
        keys.put("secrets.directory", "");
        keys.put("content.url", "");
        keys.put("content.endpoint", "");
        keys.put("content.region", "us-east-1");
        keys.put("content.path-style", "true");
        keys.put("content.credentials", "");
        keys.put("index.url", "");
        keys.put("index.user", "");
        keys.put("index.password", "");
        keys.put("index.connections", "10");
        keys.put("retention", "30d");
        keys.put("retention.interval", "1h");
        keys.put("quota", "0");
        keys.put("quota.when-full", "defer");
        keys.putAll(NoticeReader.defaults());
        keys.put("portal.bind", "127.0.0.1:8180");
        keys.put("portal.url", "");
        keys.put("portal.tls.certificate", "");
        keys.put("portal.tls.private-key", "");
        keys.put("portal.tls.keystore", "");
        keys.put("portal.tls.keystore-password", "");
        keys.put("portal.mode", "release");
        keys.put("portal.scope", "recipient");
        keys.put("portal.link-validity", "30d");
        keys.put("portal.administrators", "");
        keys.put("portal.auditors", "");
        keys.put("portal.auditors.preview", "false");
        keys.put("portal.undo", "10m");
        keys.put("release.password", "attached");
        keys.put("release.marker-validity", "1d");
        keys.put("administrators.quarantine-notices", "");
        keys.put("administrators.release-notices", "");
        keys.put("administrators.language", "en");
        keys.put("administrators.notices-per-hour", "20");
        keys.put("queue.processor", "transport");
        keys.put("scan.temporary-directory", "");
        keys.put("scan.blocked-extensions", "");
        Limits limits = Limits.DEFAULT;
        keys.put("limits.time", limits.time().toSeconds() + "s");
        keys.put("limits.decoded-bytes", (limits.decodedBytes() >> 20) + "M");
        keys.put("limits.entries", Integer.toString(limits.entries()));
        keys.put("limits.depth", Integer.toString(limits.depth()));
        keys.put("limits.ratio", Integer.toString(limits.ratio()));
        keys.put("limits.memory", (limits.memory() >> 20) + "M");
        keys.putAll(EngineReader.defaults());
        keys.put(SettingsFile.DISREGARD, "");
        return java.util.Collections.unmodifiableMap(keys);
    }
}
