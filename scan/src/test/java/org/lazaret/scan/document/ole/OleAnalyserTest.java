package org.lazaret.scan.document.ole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.compound;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;
import static org.lazaret.scan.document.Samples.vbaStreams;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Verdict;

class OleAnalyserTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "Sub Document_Open() | Shell \"cmd /c calc\" | End Sub ; office.vba.autoexec",
        "Sub Workbook_Open() | MsgBox \"hello\" | End Sub ; office.vba.auto",
        "Sub Report() | Shell \"calc\" | End Sub ; office.vba.calls",
        "Sub Total() | x = 1 + 2 | End Sub ; office.vba",
        "Sub AutoOpen() | a = \"pow\" & \"ershe\" & \"ll\" | End Sub ; office.vba.autoexec",
        "Sub AutoOpen() | a = Chr(99) & Chr(109) & Chr(100) & \" /c x\" | End Sub ; office.vba.autoexec",
        "Sub AutoOpen() | a = StrReverse(\"llehSrewop\") | End Sub ; office.vba.autoexec"
    })
    void scanShouldRateAMacroByWhatItDoes(String source, String rule) {
        Verdict verdict = scan("a.doc", compound(vbaStreams("Macros/", source.replace(" | ", "\r\n"))));

        assertThat(rules(verdict)).containsExactly(rule);
    }

    @Test
    void scanShouldFindNothingInAProjectWithoutStatements() {
        Verdict verdict = scan("a.xls", compound(vbaStreams("_VBA_PROJECT_CUR/", "Option Explicit\r\n' only a comment: Shell\r\n")));

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }

    @Test
    void scanShouldReportCompiledCodeWithoutSource() {
        Map<String, byte[]> streams = vbaStreams("Macros/", "");
        streams.put("Macros/VBA/_VBA_PROJECT", latin("\u00cc\u0061\u00ff\u00ff\0\0\0\0AutoOpen\0Shell (\0powershell\0"));

        Verdict verdict = scan("a.doc", compound(streams));

        assertThat(rules(verdict)).contains("office.vba.stomped");
    }

    @Test
    void scanShouldSayMalformedWhenThereIsNoDirectory() {
        byte[] header = new byte[600];
        System.arraycopy(latin("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1"), 0, header, 0, 8);

        Verdict verdict = scan("a.doc", header);

        assertThat(verdict).isInstanceOf(Verdict.NotScannable.class);
    }
}
