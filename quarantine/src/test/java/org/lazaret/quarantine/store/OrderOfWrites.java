package org.lazaret.quarantine.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.QuarantineContract;
import org.lazaret.scan.MessageSource;

/**
 * {@code OrderOfWrites FOLDER}: holds, releases and deletes mail, one after the other, to be watched from outside. Makes an empty file in the
 * folder when it is about to begin, when it was told that the mail is held, when the mail server has it, and so on.
 */
public final class OrderOfWrites {
    static final String BEGUN = "begun";
    static final String HELD = "held";
    static final String SENT = "sent";
    static final String RELEASED = "released";
    static final String DELETED = "deleted";

    private OrderOfWrites() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Settings settings = EmbeddedBench.withoutUndo(EmbeddedBench.settings(folder.resolve("lazaret"), Settings.RecipientMode.RELEASE,
            Settings.DecisionScope.RECIPIENT, Settings.PasswordPlace.ATTACHED));
        try (Quarantine quarantine = Quarantines.open(settings, message -> Files.createFile(folder.resolve(SENT)), address -> true,
                Clock.systemUTC(), () -> URI.create("http://127.0.0.1"))) {
            HeldMail other = hold(quarantine, "a1");
            Files.createFile(folder.resolve(BEGUN));
            HeldMail mail = hold(quarantine, "a2");
            Files.createFile(folder.resolve(HELD));
            quarantine.release(mail.id(), Set.of(), QuarantineContract.BY_ADMIN);
            Files.createFile(folder.resolve(RELEASED));
            quarantine.delete(other.id(), Set.of(), QuarantineContract.BY_ADMIN);
            Files.createFile(folder.resolve(DELETED));
        }
    }

    private static HeldMail hold(Quarantine quarantine, String arrivalId) throws IOException {
        return quarantine.hold(new Arrival(arrivalId, new Envelope("", List.of(QuarantineContract.ALICE)), QuarantineContract.NOW),
            MessageSource.of(QuarantineContract.MESSAGE), QuarantineContract.MALICIOUS);
    }
}
