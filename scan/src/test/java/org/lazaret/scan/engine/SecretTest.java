package org.lazaret.scan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @TempDir
    private Path folder;

    private Path secret(String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @Test
    void fileShouldBeReadWithoutTheLineBreakAtItsEnd() throws Exception {
        secret("pässword \n", "rw-------");

        Secret secret = Secret.parse("file:secret", folder);

        assertThat(secret.read()).isEqualTo("pässword");
    }

    @Test
    void fileShouldBeReadAnewEachTime() throws Exception {
        Secret secret = new Secret.InFile(secret("old", "r--------"));
        secret.read();
        Files.delete(folder.resolve("secret"));
        secret("new", "r--------");

        assertThat(secret.read()).isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void fileShouldBeRefusedWhenItIsOpenToOthers(String mode) throws Exception {
        Secret secret = new Secret.InFile(secret("hunter2", mode));

        assertThatThrownBy(secret::read).isInstanceOf(IOException.class).hasMessageContaining("open to others").hasMessageContaining(mode)
            .hasMessageContaining(folder.resolve("secret").toString()).hasMessageNotContaining("hunter2");
    }

    @Test
    void fileShouldBeRefusedWhenItIsMissingEmptyOrTooLarge() throws Exception {
        assertThatThrownBy(new Secret.InFile(folder.resolve("none"))::read).isInstanceOf(IOException.class).hasMessageContaining("cannot be read");
        assertThatThrownBy(new Secret.InFile(secret("\n", "rw-------"))::read).isInstanceOf(IOException.class).hasMessageContaining("is empty");
        assertThatThrownBy(new Secret.InFile(secret("x".repeat(Secret.LIMIT + 1), "rw-------"))::read).isInstanceOf(IOException.class)
            .hasMessageContaining("holds no secret");
    }

    @Test
    void variableShouldBeReadFromTheEnvironment() throws Exception {
        assertThat(new Secret.InVariable("NAME").read(name -> name.equals("NAME") ? " secret\n" : null)).isEqualTo("secret");
        assertThat(Secret.parse("env:PATH", folder).read()).isEqualTo(System.getenv("PATH").strip());
    }

    @Test
    void variableShouldBeRefusedWhenItIsNotSet() {
        assertThatThrownBy(() -> new Secret.InVariable("NAME").read(name -> " ")).isInstanceOf(IOException.class)
            .hasMessage("The environment variable NAME is not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "file:", "env:", "env:A B", "/etc/secret", "env:hunter2!"})
    void textShouldBeRefusedAndNotShownWhenItIsNoPlace(String text) {
        assertThatThrownBy(() -> Secret.parse(text, folder)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("file:PATH").hasMessageContaining("env:NAME").hasMessageNotContaining("hunter2");
    }
}
