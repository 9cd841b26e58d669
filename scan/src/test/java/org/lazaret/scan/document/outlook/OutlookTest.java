package org.lazaret.scan.document.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

class OutlookTest {
    private static final String PDF = "%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /Launch /F (a.exe) >> >>\nendobj\n";

    @Test
    void scanShouldHandOnWhatATnefContainerHolds() {
        Verdict verdict = scan("winmail.dat", tnef("b.pdf", latin(PDF)));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("pdf.launch");
            assertThat(finding.path()).containsExactly("winmail.dat", "b.pdf");
        });
    }

    @Test
    void scanShouldSayMalformedWhenATnefContainerIsCut() {
        byte[] whole = tnef("b.pdf", latin(PDF));

        Verdict verdict = scan("winmail.dat", Arrays.copyOf(whole, whole.length - 20));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.NotScannable.class,
            it -> assertThat(it.obstacles()).anySatisfy(obstacle -> assertThat(obstacle.reason()).isEqualTo(Reason.MALFORMED)));
        assertThat(rules(verdict)).contains("pdf.launch");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "X-ALT-DESC:<svg onload=x()>                                    ~ card.script",
        "X-ALT-DESC:<form action=http://example.invalid><input></form>  ~ card.script"
    })
    void scanShouldReportMarkupThatActsInAnInvitation(String line, String rule) {
        Verdict verdict = scan("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + line + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldFindNothingInAPathOnADriveInAnInvitation() {
        Verdict verdict = scan("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:S:\\\\Team\\\\a.docx\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

        assertThat(verdict.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "\u00ef\u00bb\u00bf=cmd|'/c calc'!A0  ~ true", "=DDE(\"cmd\";\"/c calc\")  ~ true", "\"- a | b!\"  ~ false"
    }, quoteCharacter = '^')
    void scanShouldReportCellsThatStartPrograms(String cell, boolean reported) {
        Verdict verdict = scan("a.csv", latin(cell + ",1\r\n"));

        assertThat(rules(verdict).contains("office.csv.formula")).isEqualTo(reported);
    }

    @Test
    void scanShouldHandOnTheFilesOfAOneNoteSection() {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.writeBytes(HexFormat.of().parseHex("e4525c7b8cd8a74daeb15378d02996d3"));
        section.writeBytes(new byte[1024]);
        section.writeBytes(HexFormat.of().parseHex("e716e3bd65261145a4c48d4d0b7a9eac"));
        section.write(PDF.length());
        section.writeBytes(new byte[19]);
        section.writeBytes(latin(PDF));

        Verdict verdict = scan("a.one", section.toByteArray());

        assertThat(rules(verdict)).contains("office.onenote", "pdf.launch");
    }

    @Test
    void scanShouldCarveTheFilesOfASectionThatComesFromAServer() {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.writeBytes(HexFormat.of().parseHex("e4525c7b8cd8a74daeb15378d02996d3"));
        section.writeBytes(new byte[32]);
        section.writeBytes(HexFormat.of().parseHex("2fe98d63d4a6c14b9a36b3fc2511a5b7"));
        section.writeBytes(new byte[100]);
        section.writeBytes(latin(PDF));

        Verdict verdict = scan("a.one", section.toByteArray());

        assertThat(rules(verdict)).contains("pdf.launch");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "ATTACH:file://192.0.2.1/share/a.lnk                                       ~ card.link.share",
        "X-ALT-DESC;FMTTYPE=text/html:<a href=\"search-ms:query=a\">x</a>          ~ card.link.program",
        "ATTACH;FMTTYPE=text/plain:https://example.invalid/a.exe                   ~ card.link.executable",
        "ACTION:PROCEDURE                                                          ~ card.procedure",
        "DESCRIPTION:open \\\\\\\\192.0.2.1\\\\a\\\\b                              ~ card.link.share"
    })
    void scanShouldReportLuresInACalendar(String line, String rule) {
        Verdict verdict = scan("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + line + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldHandOnWhatACalendarCarries() {
        String encoded = Base64.getEncoder().encodeToString(latin(PDF)).replaceAll("(.{60})", "$1\r\n ");

        Verdict verdict = scan("a.ics",
            "BEGIN:VCALENDAR\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"b.pdf\":" + encoded + "\r\nEND:VCALENDAR\r\n");

        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("pdf.launch");
            assertThat(finding.path()).containsExactly("a.ics", "b.pdf");
        });
    }

    @Test
    void scanShouldFindNothingInAnInvitation() {
        Verdict verdict = scan("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\nURL:https://example.org/join?x=1\r\n"
            + "DESCRIPTION:Join at https://example.org/j/1\\n\\nAgenda: a\\, b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

        assertThat(verdict.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "a.csv ~ name|\"=cmd|'/c calc'!A0\"             ~ office.csv.formula",
        "a.csv ~ x|@SUM(1+1)*cmd|'/c calc'!A0           ~ office.csv.formula",
        "a.slk ~ ID;P|O;E|NN;NAuto_open;ER1C1|C;X1;Y1;EEXEC(\"calc\") ~ office.sylk.macro"
    })
    void scanShouldReportCellsThatStartPrograms(String name, String lines, String rule) {
        int rows = lines.indexOf("cmd|") > 0 ? 1 : 9;
        String text = rows == 1 ? lines.replaceFirst("\\|", "\r\n") : lines.replace("|", "\r\n");

        Verdict verdict = scan(name, text + "\r\n");

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldFindNothingInPlainCells() {
        Verdict verdict = scan("a.csv", "name,amount\r\n\"=SUM(A1:A3)\",1\r\n-5,a|b\r\n+49 30 1234,x!\r\n");

        assertThat(verdict.findings()).isEmpty();
    }

    private static byte[] tnef(String name, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("789f3e220100"));
        attribute(out, 1, 0x00089006, new byte[] {0, 0, 1, 0});
        attribute(out, 2, 0x00069002, new byte[14]);
        attribute(out, 2, 0x00018010, latin(name + "\0"));
        attribute(out, 2, 0x0006800f, data);
        return out.toByteArray();
    }

    private static void attribute(ByteArrayOutputStream out, int level, int id, byte[] data) {
        out.write(level);
        for (int value : new int[] {id, data.length}) {
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(value >> shift);
            }
        }
        out.writeBytes(data);
        out.write(0);
        out.write(0);
    }
}
