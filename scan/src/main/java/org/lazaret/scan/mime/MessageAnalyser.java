package org.lazaret.scan.mime;

import java.io.IOException;
import org.lazaret.scan.examine.MailExamination;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** Messages inside the mail (RFC 2046, section 5.2.1; RFC 6532): walked like the mail itself, whatever encoding they came in. */
public final class MessageAnalyser implements Analyser {
    @Override
    public boolean handles(Item item) {
        String type = item.declaredType();
        return item.is(Type.MIME_MESSAGE) || type.equals("message/rfc822") || type.equals("message/global") || type.equals("message/news")
                || Fields.lower(item.name()).endsWith(".eml");
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (!(examination instanceof MailExamination mail)) {
            throw new IllegalArgumentException("Messages are walked in a mail's examination only");
        }
        MessageScan walked = new MessageScan(mail.budget(), mail.spool());
        walked.read(out -> item.content().open().transferTo(out));
        for (MessageScan.Obstacle obstacle : walked.obstacles()) {
            mail.unscannable(item, obstacle.reason(), obstacle.detail());
        }
        for (MessageScan.Part part : walked.parts()) {
            mail.entry(item, part.name(), part.declaredType(), part.content(), part.testString());
        }
    }
}
