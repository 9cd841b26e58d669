package org.lazaret.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.mail.BodyPart;
import javax.mail.MessagingException;
import javax.mail.Multipart;
import javax.mail.Part;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;

/** A message as it was delivered. */
public record Received(byte[] bytes, MimeMessage message) {

    /** A leaf of the message: a text or a file. */
    public record Leaf(String mediaType, Optional<String> fileName, byte[] content) {
    }

    public static Received of(byte[] bytes) throws IOException {
        try {
            return new Received(bytes, new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes)));
        } catch (MessagingException e) {
            throw new IOException(e);
        }
    }

    public String subject() {
        try {
            return Optional.ofNullable(message.getSubject()).orElse("");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    public Optional<String> header(String name) {
        try {
            return Optional.ofNullable(message.getHeader(name, null));
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All texts and files, in order. */
    public List<Leaf> leaves() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        try {
            collect(message, leaves);
        } catch (MessagingException e) {
            throw new IOException(e);
        }
        return leaves;
    }

    /** The first text that is no file. */
    public String text() throws IOException {
        for (Leaf leaf : leaves()) {
            if (leaf.fileName().isEmpty() && leaf.mediaType().toLowerCase(Locale.ROOT).startsWith("text/plain")) {
                return new String(leaf.content(), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** The first link in the text to an address that starts so. */
    public Optional<URI> link(URI start) throws IOException {
        return Pattern.compile(Pattern.quote(start.toString()) + "\\S*").matcher(text()).results().findFirst()
            .map(match -> URI.create(match.group()));
    }

    /** The file of that name. */
    public Optional<byte[]> file(String name) throws IOException {
        return leaves().stream().filter(leaf -> leaf.fileName().equals(Optional.of(name))).map(Leaf::content).findFirst();
    }

    private static void collect(Part part, List<Leaf> leaves) throws MessagingException, IOException {
        if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                BodyPart child = multipart.getBodyPart(i);
                collect(child, leaves);
            }
        } else {
            leaves.add(new Leaf(part.getContentType(), Optional.ofNullable(part.getFileName()), part.getInputStream().readAllBytes()));
        }
    }
}
