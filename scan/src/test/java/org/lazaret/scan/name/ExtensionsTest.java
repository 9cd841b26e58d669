package org.lazaret.scan.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Limits;
import org.lazaret.scan.ScanSettings;

class ExtensionsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"exe,9", "js,9", "mdb,8", "cer,5", "html,2", "pdf,0", "iso,8", "xz,2", "sh,6"})
    void weightShouldComeFromTheList(String extension, int weight) {
        assertThat(Extensions.builtIn().weight(extension)).isEqualTo(weight);
    }

    @Test
    void builtInShouldHoldWhatOutlookGmailAndDefenderBlock() {
        Extensions builtIn = Extensions.builtIn();

        assertThat(List.of("ade", "adp", "apk", "appx", "bat", "cab", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "ins", "iso", "isp",
            "jar", "js", "jse", "lib", "lnk", "mde",
            "msc", "msi", "msp", "mst", "nsh", "pif", "ps1", "scr", "sct", "shb", "sys", "vb", "vbe", "vbs", "vhd", "vxd", "wsc", "wsf", "wsh",
                "xll", "ace", "ani", "app", "reg", "vsmacros",
            "gadget", "diagcab", "settingcontent-ms",
                "library-ms")).allSatisfy(extension -> assertThat(builtIn.weight(extension)).as(extension).isGreaterThanOrEqualTo(5));
        assertThat(builtIn.size()).isGreaterThan(240);
    }

    @Test
    void ofShouldReplaceTheListByTheOperatorsFile() throws IOException {
        Path file = Files.writeString(folder.resolve("mine"), "# mine\n\nfoo\n.bar 5 because\nBAZ\t0\n");

        Extensions extensions = Extensions.of(new ScanSettings(Limits.DEFAULT, Optional.of(file), folder));

        assertThat(extensions.weight("foo")).isEqualTo(8);
        assertThat(extensions.weight("bar")).isEqualTo(5);
        assertThat(extensions.weight("baz")).isZero();
        assertThat(extensions.weight("exe")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"exe/dll,is no extension", "exe 12,is no weight", "*.exe,is no extension", "exe high,is no weight"})
    void readShouldNameFileAndLineWhenALineIsBad(String line, String reason) throws IOException {
        Path file = Files.writeString(folder.resolve("mine"), "foo\n" + line + "\n");

        assertThatThrownBy(() -> Extensions.read(file)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(file + ", line 2").hasMessageContaining(reason);
    }

    @Test
    void readShouldRefuseAnExtensionTwice() throws IOException {
        Path file = Files.writeString(folder.resolve("mine"), "foo\nFOO 3\n");

        assertThatThrownBy(() -> Extensions.read(file)).hasMessageContaining("line 2").hasMessageContaining("twice");
    }

    @Test
    void readShouldSayWhenThereIsNoFile() {
        assertThatThrownBy(() -> Extensions.read(folder.resolve("none"))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("none");
    }
}
