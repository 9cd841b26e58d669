package org.lazaret.it;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.it.client.Samples;

/** The signature of the engine {@code clamav} that a recipient is shown for a held mail. */
final class Signature {
    private static final Pattern SHOWN = Pattern.compile("clamav: (\\S+)");

    private Signature() {
    }

    static Optional<String> in(Recipient recipient, Fate fate) throws IOException {
        if (fate.fate() != Samples.Fate.HELD) {
            return Optional.empty();
        }
        Matcher shown = SHOWN.matcher(recipient.browser().open(URI.create(fate.where())).text());
        return shown.find() ? Optional.of(shown.group(1)) : Optional.empty();
    }
}
