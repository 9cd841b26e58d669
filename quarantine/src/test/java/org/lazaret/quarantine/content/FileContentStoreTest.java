package org.lazaret.quarantine.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentStoreTest implements ContentStoreContract {
    @TempDir
    Path folder;

    private FileContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FileContentStore(folder.resolve("content"));
    }

    @Override
    public ContentStore store() {
        return store;
    }

    @Test
    void contentShouldLieInAFolderByItsFirstDigitsThatOnlyItsOwnerEnters() throws Exception {
        store.put(ONE, out -> out.write(1));

        assertThat(folder.resolve("content/00/" + ONE + ".cms")).hasBinaryContent(new byte[] {1});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("content")))).isEqualTo("rwx------");
    }

    @Test
    void sweepShouldRemoveOldTemporaryFilesAlone() throws Exception {
        store.put(ONE, out -> out.write(1));
        Path old = Files.createFile(folder.resolve("content/00/" + TWO + ".x.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path young = Files.createFile(folder.resolve("content/00/" + TWO + ".y.part"));

        int removed = store.sweep(Instant.now(), Duration.ofDays(1));

        assertThat(removed).isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(store.get(ONE)).hasValueSatisfying(in -> assertThat(in).isNotEmpty());
    }

    @Test
    void putShouldThrowWhenTheFolderCannotBeWritten() throws Exception {
        Files.createFile(folder.resolve("content/00"));

        assertThatThrownBy(() -> store.put(ONE, out -> out.write(1))).isInstanceOf(IOException.class);
    }
}
