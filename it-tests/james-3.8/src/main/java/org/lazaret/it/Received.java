package org.lazaret.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
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

    static Received of(byte[] bytes) throws IOException {
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
