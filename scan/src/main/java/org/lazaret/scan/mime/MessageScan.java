package org.lazaret.scan.mime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.examine.Budget;
import org.lazaret.scan.examine.Spool;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.LimitExceeded;

/** Takes the attachments out of one message. */
public final class MessageScan {

    /**
     * An attachment as the walk found it.
     *
     * @param names the one that most programs show first; empty when there is none
     * @param depth multiparts around it
     */
    public record Part(List<String> names, String declaredType, Content content, boolean testString, int depth) {
        public String name() {
            return names.isEmpty() ? "" : names.getFirst();
        }
    }

    /** Something about the message itself that keeps it from being scanned. */
    public record Obstacle(Reason reason, String detail) {
    }

    private final Budget budget;
    private final Spool spool;
    private final List<Part> parts = new ArrayList<>();
    private final List<Content> texts = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();

    public MessageScan(Budget budget, Spool spool) {
        this.budget = budget;
        this.spool = spool;
    }

    public void read(MessageSource source) throws IOException {
        Walk walk = new Walk(new Collector());
        source.writeTo(walk);
        walk.finish();
    }

    public List<Part> parts() {
        return parts;
    }

    public List<Obstacle> obstacles() {
        return obstacles;
    }

    public List<Content> texts() {
        return texts;
    }

    private final class Collector implements Walk.Receiver {
        private @Nullable Entity entity;
        private Spool.@Nullable Writer writer;
        private int depth;
        private boolean text;
        private boolean full;

        @Override
        public boolean part(int at) {
            try {
                budget.entry();
                budget.time();
                return true;
            } catch (LimitExceeded e) {
                exceeded(e);
                return false;
            }
        }

        private void exceeded(LimitExceeded e) {
            full = true;
            obstacles.add(new Obstacle(Reason.OVER_LIMIT, String.valueOf(e.getMessage())));
        }

        @Override
        public Decoder begin(Entity begun, int at, boolean top) {
            Spool.Writer begunWriter = spool.writer();
            entity = begun;
            writer = begunWriter;
            depth = at;
            text = !begun.attachment() && begun.names().isEmpty()
                    && (begun.type().equals("text/plain") || begun.type().equals("text/html"));
            Output output = (bytes, offset, length) -> {
                if (full) {
                    return;
                }
                try {
                    budget.bytes(length);
                    budget.time();
                    begunWriter.write(bytes, offset, length);
                } catch (LimitExceeded e) {
                    exceeded(e);
                }
            };
            return switch (begun.encoding()) {
                case "base64" -> new Base64Decoder(output);
                case "quoted-printable" -> new QuotedPrintableDecoder(output);
                default -> new Decoder.Identity(output);
            };
        }

        @Override
        public void end() {
            if (writer != null && entity != null) {
                Content content = writer.finish();
                if (text) {
                    texts.add(content);
                } else {
                    parts.add(new Part(entity.names(), entity.type(), content, writer.testStringSeen(), depth));
                }
                writer = null;
            }
        }
    }
}
