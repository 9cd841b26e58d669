package org.lazaret.quarantine.content;

import com.github.davidmoten.aws.lw.client.Client;
import com.github.davidmoten.aws.lw.client.Credentials;
import com.github.davidmoten.aws.lw.client.HttpClient;
import com.github.davidmoten.aws.lw.client.HttpMethod;
import com.github.davidmoten.aws.lw.client.MaxAttemptsExceededException;
import com.github.davidmoten.aws.lw.client.Request;
import com.github.davidmoten.aws.lw.client.Response;
import com.github.davidmoten.aws.lw.client.ResponseInputStream;
import com.github.davidmoten.aws.lw.client.xml.XmlElement;
import com.github.davidmoten.aws.lw.client.xml.XmlParseException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.lazaret.quarantine.RecordId;
import org.lazaret.scan.engine.Secret;
import org.lazaret.scan.log.Log;

/**
 * Content as objects of an S3 service: {@code prefix/abcdef….cms} in one bucket.
 *
 * <p>Up to {@value #PART} bytes go as one object, more as a multipart upload with parts of that size: that much memory each writer takes at
 * most. Each request carries the SHA-256 of its body, which the service checks (Signature Version 4). An object is there once the service
 * has said so for the whole of it; before, a reader finds what was there before. Requests that find the service busy or away are repeated
 * {@value #ATTEMPTS} times in all.
 *
 * <p>What a process that ended has left of a multipart upload can be seen by nobody, but takes space: {@link #sweep} ends it.
 */
public final class S3ContentStore implements ContentStore {
    /** Bytes of one part; S3 wants 5 MiB at least. */
    static final int PART = 8 << 20;
    private static final Log LOGGER = Log.of(S3ContentStore.class);
    private static final int FIRST_BUFFER = 1 << 16;
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofSeconds(30);
    /** 409 is a condition that another request is just about to decide. */
    private static final int[] BUSY = {409, 429, 500, 502, 503, 504};
    private static final int PRECONDITION_FAILED = 412;
    private static final String SUFFIX = ".cms";

    /**
     * Where the objects are.
     *
     * @param endpoint  address of the service, such as {@code https://s3.eu-central-1.amazonaws.com}
     * @param pathStyle whether the bucket is in the path of the address rather than in its host name
     * @param prefix    in front of the names of the objects, without slashes at the ends; may be empty
     */
    public record Place(URI endpoint, String region, boolean pathStyle, String bucket, String prefix) {
        private String base() {
            String address = endpoint.toString().replaceAll("/+$", "");
            return pathStyle ? address + "/" + bucket + "/" : address.replaceFirst("://", "://" + bucket + ".") + "/";
        }
    }

    private final Client client;
    private final Place place;

    /** @throws IOException when the bucket cannot be used; the message says why */
    public S3ContentStore(Place place, Credentials credentials) throws IOException {
        this(place, credentials, HttpClient.defaultClient());
    }

    S3ContentStore(Place place, Credentials credentials, HttpClient http) throws IOException {
        this.place = place;
        client = Client.s3()
            .region(place.region())
            .credentials(credentials)
            .httpClient(http)
            .baseUrlFactory((service, region) -> place.base())
            .connectTimeout(CONNECT.toMillis(), TimeUnit.MILLISECONDS)
            .readTimeout(READ.toMillis(), TimeUnit.MILLISECONDS)
            .retryMaxAttempts(ATTEMPTS)
            .retryInitialInterval(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
            .retryJitter(0.5)
            .retryStatusCodes(Arrays.stream(BUSY).boxed().toList())
            .retryException(problem -> problem instanceof UncheckedIOException || problem instanceof IOException)
            .build();
        uploads(uploads -> { });
    }

    /**
     * Access key and secret.
     *
     * @param place of two lines as AWS' tools have them, {@code aws_access_key_id = …} and {@code aws_secret_access_key = …}; without one, the
     *              environment variables {@code AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY} are asked
     * @throws IOException when they are not there; the message names what is missing
     */
    public static Credentials credentials(Optional<Secret> place) throws IOException {
        if (place.isEmpty()) {
            String key = System.getenv("AWS_ACCESS_KEY_ID");
            String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
            if (key == null || secret == null) {
                throw new IOException("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; set them, or content.credentials");
            }
            return Credentials.of(key, secret);
        }
        Properties lines = new Properties();
        lines.load(new StringReader(place.get().read()));
        String key = lines.getProperty("aws_access_key_id", "").strip();
        String secret = lines.getProperty("aws_secret_access_key", "").strip();
        if (key.isEmpty() || secret.isEmpty()) {
            throw new IOException(place.get() + ": lacks a line aws_access_key_id = … or aws_secret_access_key = …");
        }
        return Credentials.of(key, secret);
    }

    @Override
    public boolean create(RecordId id, Writer content) throws IOException {
        try (Upload upload = new Upload(id, true)) {
            content.writeTo(upload);
            return upload.complete();
        }
    }

    @Override
    public void put(RecordId id, Writer content) throws IOException {
        try (Upload upload = new Upload(id, false)) {
            content.writeTo(upload);
            upload.complete();
        }
    }

    /** Collects a part, sends it when it is full, and ends what was not completed. */
    private final class Upload extends OutputStream {
        private final RecordId id;
        private final boolean unlessThere;
        private byte[] part = new byte[FIRST_BUFFER];
        private int filled;
        private long size;
        private final List<String> tags = new ArrayList<>();
        private Optional<String> upload = Optional.empty();

        /** @param unlessThere whether an object that is there stays */
        private Upload(RecordId id, boolean unlessThere) {
            this.id = id;
            this.unlessThere = unlessThere;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int done = 0;
            while (done < length) {
                if (filled == PART) {
                    sendPart();
                }
                int count = Math.min(length - done, PART - filled);
                if (filled + count > part.length) {
                    part = Arrays.copyOf(part, Math.min(PART, Math.max(part.length * 2, filled + count)));
                }
                System.arraycopy(bytes, from + done, part, filled, count);
                filled += count;
                done += count;
            }
            size += length;
        }

        private void sendPart() throws IOException {
            if (upload.isEmpty()) {
                XmlElement begun = xml(object(id).method(HttpMethod.POST).query("uploads", "")
                    .header("Content-Type", "application/pkcs7-mime"), "InitiateMultipartUploadResult");
                upload = Optional.of(begun.content("UploadId"));
            }
            Response response = expect(200, object(id).method(HttpMethod.PUT)
                .header("Content-Type", "application/pkcs7-mime")
                .query("partNumber", Integer.toString(tags.size() + 1))
                .query("uploadId", upload.get())
                .requestBody(body()));
            tags.add(response.firstHeader("ETag").orElseThrow(() -> new IOException("The S3 service took a part and gave it no ETag")));
            filled = 0;
        }

        private byte[] body() {
            return filled == part.length ? part : Arrays.copyOf(part, filled);
        }

        /** @return false when there is an object, and it stays */
        private boolean complete() throws IOException {
            if (upload.isEmpty()) {
                return conditional(object(id).method(HttpMethod.PUT).header("Content-Type", "application/pkcs7-mime").requestBody(body()))
                    .isPresent();
            }
            sendPart();
            StringBuilder parts = new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
            for (int number = 1; number <= tags.size(); number++) {
                parts.append("<Part><PartNumber>").append(number).append("</PartNumber><ETag>")
                    .append(tags.get(number - 1).replace("&", "&amp;").replace("<", "&lt;")).append("</ETag></Part>");
            }
            Optional<Response> completed = conditional(object(id).method(HttpMethod.POST).query("uploadId", upload.get())
                .header("Content-Type", "application/xml").requestBody(parts + "</CompleteMultipartUpload>"));
            if (completed.isEmpty()) {
                return false;
            }
            // May say 200 first and then fail: only its document tells.
            document(completed.get(), "CompleteMultipartUploadResult");
            upload = Optional.empty();
            long stored = expect(200, object(id).method(HttpMethod.HEAD)).firstHeader("Content-Length").map(Long::parseLong).orElse(-1L);
            if (stored != size) {
                throw new IOException("The S3 service has " + stored + " bytes of " + id + ", not " + size);
            }
            return true;
        }

        /** Empty when the condition does not hold. */
        private Optional<Response> conditional(Request request) throws IOException {
            if (!unlessThere) {
                return Optional.of(expect(200, request));
            }
            Response response = response(request.header("If-None-Match", "*"));
            if (response.statusCode() == PRECONDITION_FAILED) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw refused(response.statusCode(), response.contentUtf8());
            }
            return Optional.of(response);
        }

        @Override
        public void close() {
            upload.ifPresent(unfinished -> {
                try {
                    abort(key(id), unfinished);
                } catch (IOException e) {
                    LOGGER.warn("An upload that failed could not be ended yet", e);
                }
            });
        }
    }

    @Override
    public Optional<InputStream> get(RecordId id) throws IOException {
        ResponseInputStream response = unchecked(() -> object(id).responseInputStream());
        if (response.statusCode() == 404) {
            try (response) {
                String code = error(new String(response.readNBytes(1 << 16), StandardCharsets.UTF_8));
                if (code.isEmpty() || code.equals("NoSuchKey")) {
                    return Optional.empty();
                }
                throw new IOException("The S3 service answers " + code);
            }
        }
        if (response.statusCode() != 200) {
            try (response) {
                throw refused(response.statusCode(), new String(response.readNBytes(1 << 16), StandardCharsets.UTF_8));
            }
        }
        Optional<Long> length = response.header("Content-Length").map(Long::parseLong);
        return Optional.of(length.<InputStream>map(bytes -> new Whole(response, bytes)).orElse(response));
    }

    /** Notices when the connection ends before the object does. */
    private static final class Whole extends FilterInputStream {
        private long missing;

        private Whole(InputStream in, long length) {
            super(in);
            missing = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = super.read(bytes, from, length);
            if (count > 0) {
                missing -= count;
            } else if (count < 0 && missing > 0) {
                throw new EOFException("The S3 service ended an object " + missing + " bytes early");
            }
            return count;
        }

        @Override
        public long skip(long count) {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    @Override
    public void list(Consumer<Stored> each) throws IOException {
        Optional<String> next = Optional.empty();
        do {
            Request request = client.path().query("list-type", "2").query("prefix", key(""));
            next.ifPresent(token -> request.query("continuation-token", token));
            XmlElement page = xml(request, "ListBucketResult");
            for (XmlElement object : page.childrenWithName("Contents")) {
                String name = object.content("Key").substring(key("").length());
                if (name.endsWith(SUFFIX) && RecordId.isRecordId(name.substring(0, name.length() - SUFFIX.length()))) {
                    each.accept(new Stored(new RecordId(name.substring(0, name.length() - SUFFIX.length())), time(object.content("LastModified"))));
                }
            }
            next = page.childrenWithName("NextContinuationToken").stream().findFirst().map(XmlElement::content);
        } while (next.isPresent());
    }

    @Override
    public int sweep(Instant before) throws IOException {
        List<XmlElement> old = new ArrayList<>();
        uploads(upload -> {
            if (time(upload.content("Initiated")).isBefore(before)) {
                old.add(upload);
            }
        });
        for (XmlElement upload : old) {
            abort(upload.content("Key"), upload.content("UploadId"));
        }
        return old.size();
    }

    private void uploads(Consumer<XmlElement> each) throws IOException {
        XmlElement page = xml(client.path().query("uploads", "").query("prefix", key("")), "ListMultipartUploadsResult");
        // A page holds a thousand; what is behind it comes at the next sweep.
        page.childrenWithName("Upload").forEach(each);
    }

    private void abort(String key, String upload) throws IOException {
        Response response = response(client.path(false, key.split("/")).method(HttpMethod.DELETE).query("uploadId", upload));
        if (response.statusCode() != 204 && response.statusCode() != 404) {
            throw refused(response.statusCode(), response.contentUtf8());
        }
    }

    @Override
    public void delete(RecordId id) throws IOException {
        Response response = response(object(id).method(HttpMethod.DELETE));
        if (response.statusCode() != 204 && response.statusCode() != 200 && response.statusCode() != 404) {
            throw refused(response.statusCode(), response.contentUtf8());
        }
    }

    @Override
    public void close() {
        // Connections belong to the JDK's pool.
    }

    private Request object(RecordId id) {
        return client.path(key(id).split("/"));
    }

    private String key(RecordId id) {
        return key(id + SUFFIX);
    }

    private String key(String name) {
        return place.prefix().isEmpty() ? name : place.prefix() + "/" + name;
    }

    private XmlElement xml(Request request, String root) throws IOException {
        return document(expect(200, request), root);
    }

    private XmlElement document(Response response, String root) throws IOException {
        String text = response.contentUtf8();
        try {
            XmlElement document = XmlElement.parse(text);
            if (!document.name().equals(root)) {
                throw refused(200, text);
            }
            return document;
        } catch (XmlParseException e) {
            throw new IOException("The S3 service answers what is no XML", e);
        }
    }

    private Response expect(int status, Request request) throws IOException {
        Response response = response(request);
        if (response.statusCode() != status) {
            throw refused(response.statusCode(), response.contentUtf8());
        }
        return response;
    }

    private Response response(Request request) throws IOException {
        return unchecked(request::response);
    }

    private <T> T unchecked(Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (MaxAttemptsExceededException | UncheckedIOException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IOException("The S3 service at " + place.endpoint() + " does not answer: " + cause, e);
        }
    }

    private IOException refused(int status, String document) {
        String code = error(document);
        return new IOException("The S3 service at " + place.endpoint() + " refuses (bucket " + place.bucket() + "): "
            + (code.isEmpty() ? "status " + status : code));
    }

    /** Code of an error document; empty when it is none. */
    private static String error(String document) {
        try {
            XmlElement root = XmlElement.parse(document);
            return root.name().equals("Error") ? root.content("Code") : "";
        } catch (RuntimeException e) {
            return "";
        }
    }

    /** A time that cannot be read is now: nothing is done to what may be young. */
    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.now();
        }
    }
}
