package org.lazaret.mailets.james;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.lazaret.mailets.Transit;
import org.lazaret.scan.MessageSource;

/**
 * What James knows of a mail beside its message and envelope (name, state, error, attributes and so on), kept as one header line,
 * {@code X-Lazaret-Mail}, in front of the stored message: base64 of JSON.
 *
 * <p>James' {@code AttributeValue} gives and takes Jackson's tree; its Jackson and ours are different classes in the packed jar, so values
 * cross as text.
 */
final class MailProperties {
    private static final String HEADER = "X-Lazaret-Mail: ";
    private static final int MAX_LINE = 16 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    private MailProperties() {
    }

    /** The message with the line in front. */
    static MessageSource inFrontOf(Mail mail) {
        String line = HEADER + Base64.getEncoder().encodeToString(json(mail).toString().getBytes(StandardCharsets.UTF_8)) + "\r\n";
        MessageSource message = Transit.message(mail);
        return out -> {
            out.write(line.getBytes(StandardCharsets.US_ASCII));
            message.writeTo(out);
        };
    }

    /** The mail as it was stored. */
    static MailImpl mail(MessageSource stored) throws MessagingException, IOException {
        MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create("Lazaret-repository");
        try (OutputStream out = source.getWritableOutputStream(); FirstLine first = new FirstLine(out)) {
            stored.writeTo(first);
            MailImpl mail = mail(MAPPER.readTree(first.decoded()));
            mail.setMessageContent(source);
            return mail;
        } catch (IOException | RuntimeException | MessagingException e) {
            source.dispose();
            throw e;
        }
    }

    private static ObjectNode json(Mail mail) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("name", mail.getName());
        mail.getMaybeSender().asOptional().ifPresent(sender -> json.put("sender", sender.asString()));
        mail.getRecipients().forEach(recipient -> json.withArray("recipients").add(recipient.asString()));
        json.put("state", mail.getState());
        json.put("errorMessage", mail.getErrorMessage());
        json.put("remoteHost", mail.getRemoteHost());
        json.put("remoteAddr", mail.getRemoteAddr());
        json.put("lastUpdated", mail.getLastUpdated().getTime());
        ObjectNode attributes = json.putObject("attributes");
        mail.attributes().forEach(attribute -> {
            // Typed without JsonNode: see the class comment.
            Optional<?> value = attribute.getValue().toJson();
            value.ifPresent(node -> attributes.put(attribute.getName().asString(), node.toString()));
        });
        ObjectNode headers = json.putObject("headers");
        PerRecipientHeaders specific = mail.getPerRecipientSpecificHeaders();
        for (MailAddress recipient : specific.getRecipientsWithSpecificHeaders()) {
            specific.getHeadersForRecipient(recipient).forEach(header -> headers.withArray(recipient.asString()).add(header.asString()));
        }
        return json;
    }

    private static MailImpl mail(JsonNode json) throws MessagingException, IOException {
        MailImpl.Builder builder = MailImpl.builder().name(json.path("name").asText())
            .sender(json.has("sender") ? MaybeSender.of(new MailAddress(json.path("sender").asText())) : MaybeSender.nullSender())
            .state(json.path("state").asText())
            .remoteHost(json.path("remoteHost").asText())
            .remoteAddr(json.path("remoteAddr").asText())
            .lastUpdated(Date.from(Instant.ofEpochMilli(json.path("lastUpdated").asLong())));
        for (JsonNode recipient : json.path("recipients")) {
            builder.addRecipient(new MailAddress(recipient.asText()));
        }
        MailImpl mail = builder.build();
        if (json.hasNonNull("errorMessage")) {
            mail.setErrorMessage(json.path("errorMessage").asText());
        }
        for (var attribute : json.path("attributes").properties()) {
            mail.setAttribute(new Attribute(AttributeName.of(attribute.getKey()), AttributeValue.fromJsonString(attribute.getValue().asText())));
        }
        for (var headers : json.path("headers").properties()) {
            for (JsonNode header : headers.getValue()) {
                mail.addSpecificHeaderForRecipient(PerRecipientHeaders.Header.fromString(header.asText()), new MailAddress(headers.getKey()));
            }
        }
        return mail;
    }

    /** Keeps the first line, passes on the rest. */
    private static final class FirstLine extends OutputStream {
        private final OutputStream out;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private boolean inLine = true;

        FirstLine(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int position = offset;
            while (inLine && position < offset + length) {
                byte b = bytes[position++];
                inLine = b != '\n';
                line.write(b);
                if (line.size() > MAX_LINE) {
                    throw new IOException("The stored mail does not start with its properties");
                }
            }
            out.write(bytes, position, offset + length - position);
        }

        byte[] decoded() throws IOException {
            String text = line.toString(StandardCharsets.US_ASCII).strip();
            if (inLine || !text.startsWith(HEADER)) {
                throw new IOException("The stored mail does not start with its properties");
            }
            try {
                return Base64.getDecoder().decode(text.substring(HEADER.length()));
            } catch (IllegalArgumentException e) {
                throw new IOException("The stored mail's properties cannot be read", e);
            }
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
