package org.lazaret.quarantine.content;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.crypto.PrivateFiles;

/**
 * Content as files: {@code ab/abcdef….cms}, in 256 folders by the first two digits of the id.
 *
 * <p>Written to a temporary file in the same folder, forced to disk, given its name, and the folder forced: only then is it stored. A new
 * object gets its name by a hard link, which fails where there is one, and a replaced one by a rename. A crash leaves at most a temporary file
 * ({@code *.part}), which {@link #sweep} removes.
 */
public final class FileContentStore implements ContentStore {
    private static final int BUFFER = 1 << 16;
    private static final String PART = ".part";
    private static final String SUFFIX = ".cms";

    /** Bytes on the file system below which a large mail may not fit. */
    private static final long LEAST_SPACE = 100L * 1024 * 1024;

    private final Path folder;

    /** @param folder made when it does not exist (mode 0700) */
    public FileContentStore(Path folder) throws IOException {
        this.folder = PrivateFiles.folder(folder);
    }

    @Override
    public boolean create(RecordId id, Writer content) throws IOException {
        Path target = file(id);
        if (Files.exists(target)) {
            // Who wrote it may not have forced its name yet.
            PrivateFiles.force(shard(id));
            return false;
        }
        return write(id, content, temporary -> {
            try {
                Files.createLink(target, temporary);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        });
    }

    @Override
    public void put(RecordId id, Writer content) throws IOException {
        write(id, content, temporary -> {
            Files.move(temporary, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        });
    }

    /** Gives a file that is written and forced its name. */
    @FunctionalInterface
    private interface Naming {
        boolean name(Path temporary) throws IOException;
    }

    private boolean write(RecordId id, Writer content, Naming naming) throws IOException {
        Path shard = PrivateFiles.folder(shard(id));
        Path temporary = shard.resolve(id + "." + UUID.randomUUID() + PART);
        boolean named;
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            named = naming.name(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        PrivateFiles.force(shard);
        return named;
    }

    @Override
    public Optional<InputStream> get(RecordId id) throws IOException {
        try {
            return Optional.of(Files.newInputStream(file(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(RecordId id) throws IOException {
        if (Files.deleteIfExists(file(id))) {
            PrivateFiles.force(shard(id));
        }
    }

    @Override
    public void list(Consumer<Stored> each) throws IOException {
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path shard : shards) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(shard, "*" + SUFFIX)) {
                    for (Path file : files) {
                        look(file).ifPresent(each);
                    }
                }
            }
        }
    }

    private static Optional<Stored> look(Path file) throws IOException {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - SUFFIX.length());
        if (!RecordId.isRecordId(id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Stored(new RecordId(id), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public int sweep(Instant before) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path shard : shards) {
                try (DirectoryStream<Path> parts = Files.newDirectoryStream(shard, "*" + PART)) {
                    for (Path part : parts) {
                        if (isOlder(part, before) && Files.deleteIfExists(part)) {
                            removed++;
                        }
                    }
                }
            }
        }
        return removed;
    }

    private static boolean isOlder(Path part, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(part).toInstant().isBefore(before);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void probe() throws IOException {
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new IOException(folder + ": is no folder that can be written to");
        }
        long left = Files.getFileStore(folder).getUsableSpace();
        if (left < LEAST_SPACE) {
            throw new IOException(folder + ": only " + left + " bytes are left on its file system");
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }

    private Path shard(RecordId id) {
        return folder.resolve(id.value().substring(0, 2));
    }

    private Path file(RecordId id) {
        return shard(id).resolve(id + SUFFIX);
    }
}
