package org.lazaret.quarantine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.lazaret.policy.settings.Settings;
import org.lazaret.quarantine.content.S3Server;
import org.lazaret.scan.engine.Secret;

/** Settings of stores that are elsewhere than in a folder. */
final class Stores {
    private Stores() {
    }

    static Settings.Store with(Settings.Store store, Optional<Settings.Bucket> bucket, Optional<Settings.Server> server) {
        return new Settings.Store(store.directory(), store.certificates(), store.privateKey(), store.oldPrivateKeys(), store.generateKeys(),
            store.secrets(), bucket, server);
    }

    /** A place of its own in the bucket; its credentials are in {@code s3.key} in the folder. */
    static Settings.Bucket bucket(S3Server s3, Path folder) throws IOException {
        Path credentials = Files.writeString(folder.resolve("s3.key"), "aws_access_key_id = " + S3Server.ACCESS_KEY + "\naws_secret_access_key = "
            + S3Server.SECRET_KEY + "\n");
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        return new Settings.Bucket(s3.endpoint(), "us-east-1", true, S3Server.BUCKET, UUID.randomUUID().toString(),
            Optional.of(new Secret.InFile(credentials)));
    }
}
