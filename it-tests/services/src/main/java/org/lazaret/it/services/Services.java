package org.lazaret.it.services;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/**
 * {@code Services FILE}: serves on 127.0.0.1 until its input ends, and once it does, writes to the file where: {@code postgresql}, a JDBC
 * address, and {@code s3}, with the bucket and the credentials below. Objects are kept in memory, the database in a temporary folder. A line
 * {@code stop} on its input stops the database, {@code start} starts it again.
 */
public final class Services {
    private static final String BUCKET = "quarantine";
    private static final String ACCESS_KEY = "lazaret";
    private static final String SECRET_KEY = "secret";

    private Services() {
    }

    public static void main(String[] arguments) throws Exception {
        TransientNio2BlobStore store = new TransientNio2BlobStore();
        store.createContainer(CreateBucketRequest.builder().bucket(BUCKET).build());
        S3Proxy s3 = S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
        s3.start();
        Path data = Files.createTempDirectory("postgresql");
        EmbeddedPostgres postgresql = postgresql(data).start();
        int port = postgresql.getPort();
        Properties places = new Properties();
        places.setProperty("postgresql", "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
        places.setProperty("s3", "http://127.0.0.1:" + s3.getPort());
        write(places, Path.of(arguments[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("stop")) {
                postgresql.close();
            } else {
                postgresql = postgresql(data).setPort(port).start();
            }
        }
        postgresql.close();
        s3.stop();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static EmbeddedPostgres.Builder postgresql(Path data) {
        return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).setServerConfig("fsync", "on").setDataDirectory(data)
            .setCleanDataDirectory(false);
    }

    private static void write(Properties places, Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(fresh)) {
            places.store(out, null);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
