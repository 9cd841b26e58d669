package org.lazaret.scan.engine.icap;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.engine.Peer;

/** An ICAP server in good health. */
final class IcapPeer implements Peer {
    static final String TAG = "ISTag: \"TAG-1\"\r\n";
    private static final Pattern BODY = Pattern.compile("(?s).*\r\nEncapsulated: [^\r]*-body=(\\d+)\r\n.*");
    private static final Pattern PREVIEW = Pattern.compile("(?s).*\r\nPreview: (\\d+)\r\n.*");

    /** What was asked. */
    record Request(String head, String http, byte[] body) {
        boolean is(String method) {
            return head.startsWith(method + " ");
        }
    }

    /** What the server says to a whole request, or to a preview. */
    interface Judge {
        byte[] answer(Request request, Opinion opinion);
    }

    private final String options;
    private final boolean optionsDecide;
    private final boolean wantsAll;
    private final Judge judge;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

    private IcapPeer(String options, boolean optionsDecide, boolean wantsAll, Judge judge) {
        this.options = options;
        this.optionsDecide = optionsDecide;
        this.wantsAll = wantsAll;
        this.judge = judge;
    }

    /** @param options the header of its answer to OPTIONS */
    static IcapPeer of(String options, Judge judge) {
        return new IcapPeer(options, false, true, judge);
    }

    /** Its answer to OPTIONS is what the script breaks. */
    IcapPeer brokenInOptions() {
        return new IcapPeer(options, true, wantsAll, judge);
    }

    /** Decides by the preview. */
    IcapPeer contentWithPreview() {
        return new IcapPeer(options, optionsDecide, false, judge);
    }

    /** All but OPTIONS. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] unchanged() {
        return bytes("ICAP/1.0 204 No Content\r\n" + TAG + "\r\n");
    }

    /** 200 with a message of HTTP in it; {@code fields} are more of the ICAP header, {@code http} the header of HTTP. */
    static byte[] ok(String fields, String kind, String http, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("ICAP/1.0 200 OK\r\n" + TAG + fields + "Encapsulated: " + kind + "-hdr=0, " + kind + "-body=" + http.length()
            + "\r\n\r\n" + http));
        if (body.length > 0) {
            out.writeBytes(bytes(Integer.toHexString(body.length) + "\r\n"));
            out.writeBytes(body);
            out.writeBytes(bytes("\r\n"));
        }
        out.writeBytes(bytes("0\r\n\r\n"));
        return out.toByteArray();
    }

    static byte[] infected() {
        return ok("X-Infection-Found: Type=0; Resolution=2; Threat=Test-Signature;\r\n", "res", "HTTP/1.1 403 Forbidden\r\n\r\n", bytes("No."));
    }

    @Override
    public void serve(InputStream raw, OutputStream out, Reply reply) throws IOException {
        DataInputStream in = new DataInputStream(raw);
        while (true) {
            String head = head(in);
            if (head.startsWith("OPTIONS ")) {
                byte[] answer = bytes("ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\n" + TAG + options + "Encapsulated: null-body=0\r\n\r\n");
                if (optionsDecide) {
                    reply.send(answer);
                } else {
                    out.write(answer);
                }
                continue;
            }
            Matcher offset = BODY.matcher(head);
            if (!offset.matches()) {
                throw new EOFException("Not ICAP: " + head);
            }
            byte[] http = new byte[Integer.parseInt(offset.group(1))];
            in.readFully(http);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            boolean complete = chunks(in, body);
            Matcher preview = PREVIEW.matcher(head);
            if (preview.matches() && body.size() > Integer.parseInt(preview.group(1))) {
                throw new EOFException("More than the preview");
            }
            if (preview.matches() && !complete && wantsAll) {
                out.write(bytes("ICAP/1.0 100 Continue\r\n\r\n"));
                chunks(in, body);
            }
            Request request = new Request(head, new String(http, StandardCharsets.ISO_8859_1), body.toByteArray());
            requests.add(request);
            Opinion opinion = reply.opinion();
            byte[] answer = judge.answer(request, opinion);
            if (optionsDecide) {
                out.write(answer);
            } else {
                reply.send(answer);
            }
        }
    }

    /** @return whether it ended with {@code ieof} */
    private static boolean chunks(DataInputStream in, ByteArrayOutputStream body) throws IOException {
        while (true) {
            String line = line(in);
            int size = Integer.parseInt(line.replaceAll(";.*", ""), 16);
            if (size == 0) {
                line(in);
                return line.equals("0; ieof");
            }
            byte[] chunk = new byte[size];
            in.readFully(chunk);
            body.write(chunk);
            if (!line(in).isEmpty()) {
                throw new EOFException("A chunk does not end");
            }
        }
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (true) {
            String line = line(in);
            head.append(line).append("\r\n");
            if (line.isEmpty()) {
                return head.toString();
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.readUnsignedByte();
            if (octet == '\r') {
                if (in.readUnsignedByte() != '\n') {
                    throw new EOFException("Half of a line end");
                }
                return line.toString();
            }
            line.append((char) octet);
        }
    }
}
