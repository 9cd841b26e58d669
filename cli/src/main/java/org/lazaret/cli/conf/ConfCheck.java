package org.lazaret.cli.conf;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lazaret.policy.settings.PropertyLine;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsCheck;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.engine.setup.EngineSettings;

/** The files of a configuration folder that Lazaret has a part in. */
public final class ConfCheck {
    static final String SETTINGS = "lazaret.properties";
    private static final String EXTENSIONS = "extensions.properties";
    private static final String HEALTH = "healthcheck.properties";
    private static final String WEBADMIN = "webadmin.properties";

    private static final String OURS = "org.lazaret.";
    private static final String JAMES = "org.lazaret.mailets.james.";
    private static final String WEB = "org.lazaret.mailets.webadmin.";
    private static final String ROUTES = WEB + "LazaretRoutes";

    private final Path folder;
    private final Path base;
    private final Remarks remarks = new Remarks();

    private ConfCheck(Path folder, Path base) {
        this.folder = folder;
        this.base = base;
    }

    /**
     * @param folder that James has its configuration in
     * @param base   working directory of James, where relative paths start
     * @return what was found, by file and line
     */
    public static List<Remark> of(Path folder, Path base) throws IOException {
        ConfCheck check = new ConfCheck(folder, base);
        check.run();
        return check.remarks.sorted();
    }

    private void run() throws IOException {
        SettingsCheck settings = settings();
        // Without this file James has what its kind of server has.
        Optional<XmlElement> store = Files.exists(folder.resolve(Repositories.FILE)) ? xml(Repositories.FILE) : Optional.empty();
        Repositories repositories = Repositories.of(store, remarks);
        Optional<XmlElement> container = xml(Pipeline.FILE);
        container.ifPresent(root -> Pipeline.check(root, repositories, remarks, settings.valid().processor(), settings.line("queue.processor")));
        List<PropertyLine> webadmin = properties(WEBADMIN, false);
        boolean routes = names(webadmin, "extensions.routes").contains(ROUTES);
        List<PropertyLine> extensions = properties(EXTENSIONS, true);
        need(extensions, EXTENSIONS, "guice.extension.module", JAMES + "LazaretModule", "nothing of Lazaret can be made without it");
        need(extensions, EXTENSIONS, "guice.extension.startable", JAMES + "LazaretStartable", "what a crash left is not finished without it");
        need(extensions, EXTENSIONS, "guice.extension.task", WEB + "LazaretTasks",
            routes ? "the routes in " + WEBADMIN + " need it" : "decisions on many mails over REST need it");
        recommend(webadmin, WEBADMIN, "extensions.routes", ROUTES, "there is no REST of Lazaret without it");
        recommend(properties(HEALTH, false), HEALTH, "additional.healthchecks", JAMES + "LazaretHealthCheck",
            "GET /healthcheck says nothing of Lazaret");
    }

    private SettingsCheck settings() throws IOException {
        Optional<String> text = text(SETTINGS, true);
        SettingsCheck check = SettingsCheck.of(text.orElse(""), base);
        check.faults().forEach(fault -> remarks.fault(SETTINGS, fault.line(), fault.text()));
        if (text.isPresent()) {
            checkKeys(check);
            checkFiles(check);
        }
        return check;
    }

    private void checkKeys(SettingsCheck check) {
        Settings.Store store = check.valid().store();
        int line = Stream.of("quarantine.certificates", "quarantine.private-key", "quarantine.directory").mapToInt(check::line)
            .filter(number -> number > 0).findFirst().orElse(0);
        Stream<Path> present = Stream.concat(store.certificates().stream(), store.privateKey().stream());
        if (store.generateKeys() && present.noneMatch(Files::exists)) {
            return;
        }
        try {
            KeyRing.load(store.certificates(), store.privateKey(), store.oldPrivateKeys());
        } catch (IOException e) {
            remarks.fault(SETTINGS, line, String.valueOf(e.getMessage()));
        }
    }

    private void checkFiles(SettingsCheck check) {
        Settings valid = check.valid();
        valid.store().server().flatMap(Settings.Server::password).ifPresent(secret -> checkSecret(secret, check.line("index.password")));
        valid.store().bucket().flatMap(Settings.Bucket::credentials).ifPresent(secret -> checkSecret(secret, check.line("content.credentials")));
        valid.portal().tls().ifPresent(tls -> checkTls(tls, check));
        valid.scan().blockedExtensions().ifPresent(file -> checkExists(file, check.line("scan.blocked-extensions")));
        for (EngineSettings engine : valid.scan().engines().engines()) {
            String prefix = "engine." + engine.name() + ".";
            switch (engine.kind()) {
                case EngineSettings.HashList list -> list.files().forEach(file -> checkExists(file, check.line(prefix + "files")));
                case EngineSettings.Yara yara -> yara.options().rules().forEach(file -> checkExists(file, check.line(prefix + "rules")));
                case EngineSettings.AtpCloud cloud -> checkSecret(cloud.options().token(), check.line(prefix + "token"));
                case EngineSettings.Clamd clamd -> { }
                case EngineSettings.Icap icap -> { }
            }
        }
    }

    private void checkTls(Settings.Tls tls, SettingsCheck check) {
        switch (tls) {
            case Settings.Tls.Pem pem -> {
                checkExists(pem.certificates(), check.line("portal.tls.certificate"));
                checkExists(pem.privateKey(), check.line("portal.tls.private-key"));
            }
            case Settings.Tls.Keystore keystore -> {
                checkExists(keystore.file(), check.line("portal.tls.keystore"));
                keystore.password().ifPresent(secret -> checkSecret(secret, check.line("portal.tls.keystore-password")));
            }
        }
    }

    private void checkSecret(Secret secret, int line) {
        try {
            secret.read();
        } catch (IOException e) {
            switch (secret) {
                case Secret.InFile file -> remarks.fault(SETTINGS, line, String.valueOf(e.getMessage()));
                case Secret.InVariable variable -> remarks.hint(SETTINGS, line, e.getMessage() + " here; James must have it");
            }
        }
    }

    private void checkExists(Path file, int line) {
        if (!Files.isReadable(file)) {
            remarks.fault(SETTINGS, line, file + " cannot be read");
        }
    }

    private void need(List<PropertyLine> lines, String file, String key, String name, String why) {
        if (checkNames(lines, file, key, name)) {
            remarks.fault(file, line(lines, key), key + " lacks " + name + ": " + why);
        }
    }

    private void recommend(List<PropertyLine> lines, String file, String key, String name, String why) {
        if (checkNames(lines, file, key, name)) {
            remarks.hint(file, line(lines, key), key + " lacks " + name + ": " + why);
        }
    }

    /** @return whether the name is missing */
    private boolean checkNames(List<PropertyLine> lines, String file, String key, String name) {
        for (PropertyLine line : lines) {
            if (line.key().equals(key)) {
                split(line.value()).filter(other -> other.startsWith(OURS) && !other.equals(name))
                    .forEach(other -> remarks.fault(file, line.number(), "there is no " + other + " for " + key + "; there is " + name));
            }
        }
        return !names(lines, key).contains(name);
    }

    private static List<String> names(List<PropertyLine> lines, String key) {
        return lines.stream().filter(line -> line.key().equals(key)).flatMap(line -> split(line.value())).toList();
    }

    private static int line(List<PropertyLine> lines, String key) {
        return lines.stream().filter(line -> line.key().equals(key)).mapToInt(PropertyLine::number).findFirst().orElse(0);
    }

    private static Stream<String> split(String value) {
        return Arrays.stream(value.split(",")).map(String::strip).filter(name -> !name.isEmpty());
    }

    private List<PropertyLine> properties(String file, boolean needed) throws IOException {
        List<PropertyLine> lines = PropertyLine.parse(text(file, needed).orElse(""));
        lines.forEach(line -> Optional.ofNullable(line.defect()).ifPresent(defect -> remarks.fault(file, line.number(), defect)));
        return lines;
    }

    private Optional<XmlElement> xml(String file) throws IOException {
        try {
            Optional<String> text = text(file, true);
            return text.isEmpty() ? Optional.empty() : Optional.of(XmlElement.parse(text.get()));
        } catch (XmlElement.Malformed e) {
            remarks.fault(file, e.line(), "is not well-formed: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> text(String file, boolean needed) throws IOException {
        try {
            return Optional.of(Files.readString(folder.resolve(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            if (needed) {
                remarks.fault(file, 0, "is missing in " + folder);
            }
            return Optional.empty();
        } catch (CharacterCodingException e) {
            remarks.fault(file, 0, "is not UTF-8 text");
            return Optional.empty();
        }
    }
}
