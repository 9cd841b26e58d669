package org.lazaret.quarantine.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.quarantine.RecordId;

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

    @Override
    public void leaveUnfinished(RecordId id) throws IOException {
        Path shard = Files.createDirectories(folder.resolve("content").resolve(id.value().substring(0, 2)));
        Files.write(shard.resolve(id + ".x.part"), new byte[100]);
    }

    @Test
    void contentShouldLieInAFolderByItsFirstDigitsThatOnlyItsOwnerEnters() throws Exception {
        store.put(ONE, out -> out.write(1));

        assertThat(folder.resolve("content/00/" + ONE + ".cms")).hasBinaryContent(new byte[] {1});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("content")))).isEqualTo("rwx------");
    }

    @Test
    void putShouldThrowWhenTheFolderCannotBeWritten() throws Exception {
        Files.createFile(folder.resolve("content/00"));

        assertThatThrownBy(() -> store.put(ONE, out -> out.write(1))).isInstanceOf(IOException.class);
    }
}
