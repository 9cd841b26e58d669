package org.lazaret.portal;

import java.io.IOException;
import java.util.Optional;
import org.lazaret.portal.preview.Preview;
import org.lazaret.portal.preview.PreviewReader;
import org.lazaret.portal.preview.SafeHtml;
import org.lazaret.portal.view.Shown;
import org.lazaret.portal.view.TextView;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Answer;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.scan.log.Log;

/** Opens held mail for reading. A mail that cannot be opened is shown without its text; the decision is still possible. */
final class Previews {
    private static final Log LOGGER = Log.of(Previews.class);

    private final Quarantine quarantine;
    private final Views views;

    Previews(Quarantine quarantine, Views views) {
        this.views = views;
        this.quarantine = quarantine;
    }

    /**
     * @param frame where {@link #document} is served
     */
    TextView view(HeldMail mail, boolean kept, Actor actor, String frame) {
        return open(mail, kept, actor).map(preview -> new TextView(Shown.lines(preview.header()), Shown.line(preview.to()),
            views.sent(preview.date()), Shown.lines(preview.text()), preview.html().isBlank() ? "" : frame, preview.complete(), true, true, true))
            .orElse(kept ? TextView.UNREADABLE : TextView.GONE);
    }

    /** The HTML of a mail as a document of its own. */
    Optional<Answer> document(HeldMail mail, boolean kept, Actor actor) {
        return open(mail, kept, actor).filter(preview -> !preview.html().isBlank())
            .map(preview -> Answer.html(200, SafeHtml.document(preview.html()))
                .with("Content-Security-Policy", SafeHtml.CONTENT_SECURITY_POLICY)
                .with("X-Frame-Options", "SAMEORIGIN")
                .with("Referrer-Policy", "no-referrer"));
    }

    private Optional<Preview> open(HeldMail mail, boolean kept, Actor actor) {
        if (!kept) {
            return Optional.empty();
        }
        try {
            return quarantine.open(mail.id(), actor, (held, message) -> PreviewReader.read(message));
        } catch (IOException e) {
            LOGGER.warn("Held mail {} cannot be opened for preview", mail.id(), e);
            return Optional.empty();
        }
    }
}
