package org.lazaret.scan.mime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.examine.MailExamination;
import org.lazaret.scan.examine.Spool;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * Files of text that hold other files: uuencode, BinHex 4 (RFC 1741), yEnc, base64. Mail programs and archivers open such attachments
 * like archives, so each file inside is judged like an attachment. What is written into the mail's own text {@link MessageScan} finds.
 */
public final class EncodedTextAnalyser implements Analyser {
    private static final int HEAD = 4096;

    @Override
    public boolean handles(Item item) {
        return (item.is(Type.TEXT) || item.is(Type.UNKNOWN)) && !item.is(Type.MIME_MESSAGE);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        if (!(examination instanceof MailExamination mail)) {
            throw new IllegalArgumentException("Files in text are taken out in a mail's examination only");
        }
        if (!TextBlocks.hinted(item.content(), item.content().range(0, HEAD))) {
            return;
        }
        Files files = new Files(mail);
        TextBlocks.extract(item.content(), files);
        for (File file : files.found) {
            mail.finding(item, file.rule(), file.name());
            try {
                mail.entry(item, file.name(), "", file.content(), file.testString());
            } finally {
                mail.spool().release(file.content());
            }
        }
        if (files.exceeded != null) {
            throw files.exceeded;
        }
    }

    private record File(String rule, String name, Content content, boolean testString) {
    }

    private static final class Files implements TextBlocks.Found {
        private final MailExamination mail;
        private final List<File> found = new ArrayList<>();
        private @Nullable LimitExceeded exceeded;
        private Spool.@Nullable Writer writer;
        private String rule = "";
        private String name = "";

        Files(MailExamination mail) {
            this.mail = mail;
        }

        @Override
        public Output begin(String begunRule, String begunName) {
            if (!counted()) {
                return (bytes, offset, length) -> { };
            }
            Spool.Writer begun = mail.spool().writer();
            writer = begun;
            rule = begunRule;
            name = begunName;
            return (bytes, offset, length) -> {
                if (charged(length)) {
                    begun.write(bytes, offset, length);
                }
            };
        }

        private boolean counted() {
            try {
                if (exceeded == null) {
                    mail.budget().entry();
                }
            } catch (LimitExceeded e) {
                exceeded = e;
            }
            return exceeded == null;
        }

        private boolean charged(int length) {
            try {
                mail.charge(length);
                mail.checkTime();
                return exceeded == null;
            } catch (LimitExceeded e) {
                exceeded = e;
                return false;
            }
        }

        @Override
        public void end() throws IOException {
            if (writer != null) {
                found.add(new File(rule, name, writer.finish(), writer.testStringSeen()));
                writer = null;
            }
        }
    }
}
