package org.lazaret.scan.document.ooxml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Verdict;

class OdfLinkTest {

    @ParameterizedTest
    @CsvSource({
        "vnd.sun.star.script:../../x.py$y?language=Python, office.odf.escape",
        "macro:///Standard.Module1.Main, office.odf.event"
    })
    void scanShouldReportLinksThatRunMacros(String target, String rule) {
        String flat = "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
            + " xmlns:xlink=\"http://www.w3.org/1999/xlink\"><a xlink:href=\"" + target + "\">x</a></office:document>";

        Verdict verdict = scan("a.fodt", flat);

        assertThat(rules(verdict)).contains(rule);
    }
}
