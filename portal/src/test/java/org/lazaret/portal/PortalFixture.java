package org.lazaret.portal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.lazaret.policy.settings.InMemorySettingsStore;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Capability;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.scan.engine.EngineHealth;

/** A started portal over held mail in memory. */
final class PortalFixture implements AutoCloseable {
    static final Map<String, String> PASSWORDS = Map.of(Samples.ALICE, "alice-secret", Samples.BOB, "bob-secret", Samples.ADMIN, "admin-secret",
        Samples.AUDITOR, "audit-secret");

    final MovableClock clock = new MovableClock();
    final FakeQuarantine quarantine = new FakeQuarantine(clock);
    /** Addresses whose password was looked at. */
    final List<String> guesses = new ArrayList<>();
    final List<EngineHealth> engines = new CopyOnWriteArrayList<>();
    RuntimeException brokenAccounts;
    final LiveSettings settings;
    private final Portal portal;

    PortalFixture(String... settings) {
        this.settings = live(settings);
        portal = new Portal(this.settings, quarantine, this::signIn, id -> SENTENCES.getOrDefault(id, id), () -> engines, clock);
        try {
            portal.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final Map<String, String> SENTENCES = Map.of(
        "type.executable", "This is a program. Opening it would run it.",
        "name.double-extension", "The name ends twice, so that a program looks like a document.",
        "engine.clamav", "A virus scanner knows this file.");

    static Settings settings(String... lines) {
        return file(lines).settings();
    }

    private LiveSettings live(String... lines) {
        try {
            return new LiveSettings(file(lines), new InMemorySettingsStore(), clock);
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static SettingsFile file(String... lines) {
        String text = "portal.bind = 127.0.0.1:0\nportal.administrators = " + Samples.ADMIN + "\nportal.auditors = " + Samples.AUDITOR + "\n";
        List<String> own = List.of(lines);
        if (own.stream().anyMatch(line -> line.startsWith("portal.bind"))) {
            text = "";
        }
        try {
            return SettingsFile.parse("lazaret.properties", text + String.join("\n", own) + "\n", Path.of(""));
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private synchronized boolean signIn(String address, String password) {
        guesses.add(address);
        if (brokenAccounts != null) {
            throw brokenAccounts;
        }
        return password.equals(PASSWORDS.get(address));
    }

    int port() {
        return portal.port();
    }

    Portal portal() {
        return portal;
    }

    Browser browser() {
        return new Browser(port());
    }

    String token(HeldMail mail, String recipient) {
        return quarantine.links().token(new Capability(mail.id(), recipient, mail.received().plus(java.time.Duration.ofDays(30))));
    }

    String link(HeldMail mail, String recipient) {
        return "/m/" + token(mail, recipient);
    }

    @Override
    public void close() {
        portal.close();
    }
}
