package org.lazaret.quarantine.content;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/** A real server of the S3 protocol on 127.0.0.1 that keeps its objects in memory and checks signatures. */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "quarantine";
    public static final String ACCESS_KEY = "lazaret";
    public static final String SECRET_KEY = "secret";

    private final S3Proxy server;

    public S3Server() throws Exception {
        TransientNio2BlobStore store = new TransientNio2BlobStore();
        store.createContainer(CreateBucketRequest.builder().bucket(BUCKET).build());
        server = S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
