package org.lazaret.scan.mime;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.examine.MailExamination;
import org.lazaret.scan.examine.MailExamination.Outcome;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** Messages inside the mail (RFC 2046, section 5.2.1; RFC 6532): walked like the mail itself, whatever encoding they came in. */
public final class MessageAnalyser implements Analyser {
    private static final Set<String> EMBEDDED = Set.of("message/rfc822", "message/global", "message/news");

    /** Whether a part of this type holds a message. */
    static boolean embeds(String mediaType) {
        return EMBEDDED.contains(mediaType);
    }

    @Override
    public boolean handles(Item item) {
        return item.is(Type.MIME_MESSAGE) || embeds(item.declaredType()) || Fields.lower(item.name()).endsWith(".eml");
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (!(examination instanceof MailExamination mail)) {
            throw new IllegalArgumentException("Messages are walked in a mail's examination only");
        }
        MessageScan walked = new MessageScan(mail.budget(), mail.spool(), mail.words(), mail.depthOf(item));
        walked.read(out -> item.content().open().transferTo(out));
        for (MessageScan.Obstacle obstacle : walked.obstacles()) {
            mail.unscannable(item, obstacle.reason(), obstacle.detail());
        }
        Set<String> harmful = new HashSet<>();
        for (MessageScan.Part part : walked.parts()) {
            Set<Type> types = MailExamination.types(part.content(), part.name());
            Item child = new Item(MailExamination.child(item.path(), part.name()), part.name(), part.declaredType(), part.content(), types,
                    item.depth() + 1);
            Outcome outcome = mail.apart(() -> PartExaminer.examine(mail, child, part));
            if (!PartExaminer.harmless(part, types, outcome.score())) {
                harmful.add(part.content().sha256());
            }
        }
        List<String> disagreements = walked.disagreements(sha256 -> !harmful.contains(sha256));
        for (String rule : disagreements) {
            mail.finding(item, rule, "");
        }
        if (!disagreements.isEmpty()) {
            mail.unscannable(item, Reason.AMBIGUOUS, String.join(", ", disagreements));
        }
    }
}
