package org.lazaret.scan.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/**
 * Every way known to hide a part from one reader and show it to another: case names as in "Inbox Invasion: Exploiting MIME Ambiguities to
 * Evade Email Attachment Detectors" (CCS 2024). In each, the test string is found or the mail is not scannable; and the same with
 * harmless text in its place is clean.
 */
class AmbiguousMailTest {
    private static final String TEST_STRING = String.join("EICAR", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    private static final String HARMLESS = "These are the minutes of our last meeting; nothing was decided.....";
    private static final String TYPE = "Content-Type: multipart/mixed; boundary=\"foobar\"\r\n";
    private static final String PART_TYPE = "Content-Type: application/octet-stream; name=\"notes.dat\"\r\n";
    private static final String DISPOSITION = "Content-Disposition: attachment; filename=\"notes.dat\"\r\n";
    private static final String ENCODING = "Content-Transfer-Encoding: base64\r\n";
    private static final String BODY = "{base64}\r\n";
    private static final String TEXT_PART = "--foobar\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
    private static final String PART = "--foobar\r\n" + PART_TYPE + DISPOSITION + ENCODING + "\r\n" + BODY;
    private static final String END = "--foobar--\r\n";
    private static final String HEAD = "From: a@example.org\r\nTo: b@example.net\r\nSubject: s\r\nMIME-Version: 1.0\r\n";
    private static final String MAIL = HEAD + TYPE + "\r\n" + TEXT_PART + PART + END;

    private static final Scanner SCANNER = new Scanner(ScanSettings.defaults());

    static Stream<Arguments> mails() {
        List<Arguments> mails = new ArrayList<>();
        String[][] encodings = {
            {"normal", ENCODING},
            {"multiple_encoding_valid_prev", ENCODING + "Content-Transfer-Encoding: 7bit\r\n"},
            {"multiple_encoding_valid_latter", "Content-Transfer-Encoding: 7bit\r\n" + ENCODING},
            {"multiple_encoding_ftt", "Content-Transfer-Encoding: x\r\n" + ENCODING + ENCODING},
            {"multiple_encoding_ttf", ENCODING + ENCODING + "Content-Transfer-Encoding: quoted-printable\r\n"},
            {"multiple_encoding_invalid_valid", "Content-Transfer-Encoding: invalid\r\n" + ENCODING},
            {"multiple_encoding_value_valid_prev", "Content-Transfer-Encoding: base64 7bit\r\n"},
            {"multiple_encoding_value_valid_latter", "Content-Transfer-Encoding: 7bit base64\r\n"},
            {"multiple_encoding_value_semicolon", "Content-Transfer-Encoding: 7bit; base64\r\n"},
            {"multiple_encoding_value_semicolon2", "Content-Transfer-Encoding: base64; 7bit\r\n"},
            {"multiple_encoding_value_quote_valid_prev", "Content-Transfer-Encoding: \"base64\" 7bit\r\n"},
            {"multiple_encoding_value_quote_valid_latter", "Content-Transfer-Encoding: \"7bit\" \"base64\"\r\n"},
            {"space_before_CTE", " " + ENCODING},
            {"tab_before_CTE", "\t" + ENCODING},
            {"0_before_CTE", "\0" + ENCODING},
            {"8bit_before_CTE", "\u00a0" + ENCODING},
            {"space_before_CTE_colon", "Content-Transfer-Encoding : base64\r\n"},
            {"0_before_CTE_colon", "Content-Transfer-Encoding\0: base64\r\n"},
            {"CTE_value_abnormal_case_b64", "Content-Transfer-Encoding: bASe64\r\n"},
            {"CTE_value_with_0_start", "Content-Transfer-Encoding: \0base64\r\n"},
            {"CTE_value_with_0_mid_b64", "Content-Transfer-Encoding: base\00064\r\n"},
            {"CTE_value_with_0_end", "Content-Transfer-Encoding: base64\0\r\n"},
            {"CTE_truncated_folding_b64", "Content-Transfer-Encoding: base\r\n 64\r\n"},
            {"CTE_colon_folding", "Content-Transfer-Encoding:\r\n base64\r\n"},
            {"CTE_folding_colon", "Content-Transfer-Encoding\r\n : base64\r\n"},
            {"CTE_comment_folding_b64", "Content-Transfer-Encoding: (c)\r\n base64\r\n"},
            {"CTE_value_invalid_base645", "Content-Transfer-Encoding: base645\r\n"},
            {"CTE_value_invalid_dash", "Content-Transfer-Encoding: base-64\r\n"},
            {"CTE_value_underscore", "Content-Transfer-Encoding: base64_\r\n"},
            {"comment_CTE_wrap_value", "Content-Transfer-Encoding: (base64)\r\n"},
            {"comment_CTE_wrap_colon", "Content-Transfer-Encoding(:) base64\r\n"},
            {"comment_CTE_half_wrap_header", "(Content-Transfer-Encoding: base64\r\n"},
            {"comment_CTE_wrap_header", "(Content-Transfer-Encoding: base64)\r\n"},
            {"comment_CTE_half_wrap_end_rn", "Content-Transfer-Encoding: base64(\r\n"},
            {"comment_CTE_half_wrap_end_r", "Content-Transfer-Encoding: base64(\r)\r\n"},
            {"comment_CTE_wrap_end_rn", "Content-Transfer-Encoding: base64(\r\n )\r\n"},
            {"pre_CTE_r_folding", "X: y\r Content-Transfer-Encoding: base64\r\n"},
            {"pre_CTE_n_folding", "X: y\n Content-Transfer-Encoding: base64\r\n"},
            {"pre_CTE_r", "X: y\rContent-Transfer-Encoding: base64\r\n"},
            {"pre_CTE_n", "X: y\nContent-Transfer-Encoding: base64\r\n"},
            {"post_CTE_r_folding", "Content-Transfer-Encoding: base64\r x\r\n"},
            {"post_CTE_n_folding", "Content-Transfer-Encoding: base64\n x\r\n"},
            {"rfc2047", "Content-Transfer-Encoding: =?us-ascii?Q?base64?=\r\n"},
            {"nocolon", "Content-Transfer-Encoding base64\r\n"},
            {"semicolon_for_colon", "Content-Transfer-Encoding; base64\r\n"},
            {"equals_for_colon", "Content-Transfer-Encoding= base64\r\n"},
            {"underscores", "Content_Transfer_Encoding: base64\r\n"},
            {"b64_name", "Content-Transfer-Encoding: b64\r\n"},
            {"no_encoding", ""},
        };
        for (String[] encoding : encodings) {
            mails.add(Arguments.of("encoding " + encoding[0], MAIL.replace(ENCODING, encoding[1])));
            mails.add(Arguments.of("encoding last " + encoding[0], MAIL.replace(PART_TYPE + DISPOSITION + ENCODING,
                    encoding[1] + PART_TYPE + DISPOSITION)));
        }
        String[][] delimiters = {
            {"r", "\r"}, {"n", "\n"}, {"nr", "\n\r"}, {"rrn", "\r\r\n"}, {"rnn", "\r\n\n"}, {"rnr", "\r\n\r"}, {"nrn", "\n\r\n"}, {"rc", "\rc"},
            {"cn", "c\n"}, {"rcn", "\rc\n"}, {"r_space", "\r "}, {"space_n", " \n"}, {"rr", "\r\r"}, {"nn", "\n\n"}, {"rnrnrn", "\r\n\r\n\r\n"},
            {"rn_space_rn", "\r\n \r\n"}, {"rn_tab_rn", "\r\n\t\r\n"},
        };
        for (String[] delimiter : delimiters) {
            mails.add(Arguments.of("between headers " + delimiter[0],
                    MAIL.replace(DISPOSITION, "Content-Disposition: attachment" + delimiter[1])));
            if (!delimiter[0].equals("r_space")) {
                mails.add(Arguments.of("header body " + delimiter[0],
                        MAIL.replace(ENCODING + "\r\n", "Content-Transfer-Encoding: base64" + delimiter[1])));
            }
            mails.add(Arguments.of("before part type " + delimiter[0], MAIL.replace("--foobar\r\n" + PART_TYPE,
                    "--foobar\r\nX-Y: z" + delimiter[1] + PART_TYPE)));
            mails.add(Arguments.of("top type " + delimiter[0], MAIL.replace("MIME-Version: 1.0\r\n", "MIME-Version: 1.0" + delimiter[1])));
            mails.add(Arguments.of("after boundary " + delimiter[0],
                    MAIL.replace("--foobar\r\n" + PART_TYPE, "--foobar" + delimiter[1] + PART_TYPE)));
            mails.add(Arguments.of("before boundary " + delimiter[0], MAIL.replace("hello\r\n--foobar", "hello" + delimiter[1] + "--foobar")));
        }
        String[][] types = {
            {"multiple_type_header_valid_prev", TYPE + "Content-Type: text/plain\r\n"},
            {"multiple_type_header_valid_latter", "Content-Type: text/plain\r\n" + TYPE},
            {"multiple_type_value_valid_prev", "Content-Type: multipart/mixed text/plain; boundary=foobar\r\n"},
            {"multiple_type_value_valid_latter", "Content-Type: text/plain multipart/mixed; boundary=foobar\r\n"},
            {"multiple_type_value_comma", "Content-Type: text/plain, multipart/mixed; boundary=foobar\r\n"},
            {"space_before_type", " " + TYPE},
            {"0_before_type", "\0" + TYPE},
            {"space_before_type_colon", "Content-Type : multipart/mixed; boundary=foobar\r\n"},
            {"0_before_type_colon", "Content-Type\0: multipart/mixed; boundary=foobar\r\n"},
            {"type_value_with_0_start", "Content-Type: \0multipart/mixed; boundary=foobar\r\n"},
            {"type_value_with_0_mid", "Content-Type: multi\0part/mixed; boundary=foobar\r\n"},
            {"type_value_with_0_end", "Content-Type: multipart/mixed\0; boundary=foobar\r\n"},
            {"type_no_header", ""},
            {"type_no_slash", "Content-Type: multipart; boundary=foobar\r\n"},
            {"type_spaces", "Content-Type: multipart / mixed; boundary=foobar\r\n"},
            {"type_quoted", "Content-Type: \"multipart/mixed\"; boundary=foobar\r\n"},
            {"type_comment", "Content-Type: (x)multipart/(y)mixed; boundary=foobar\r\n"},
            {"type_folded", "Content-Type: multi\r\n part/mixed; boundary=foobar\r\n"},
            {"type_wrong", "Content-Type: text/plain; boundary=foobar\r\n"},
            {"mul_bound_header_valid_prev", TYPE + "Content-Type: multipart/mixed; boundary=decoy\r\n"},
            {"mul_bound_header_valid_latter", "Content-Type: multipart/mixed; boundary=decoy\r\n" + TYPE},
            {"mul_bound_para_valid_prev", "Content-Type: multipart/mixed; boundary=foobar; boundary=decoy\r\n"},
            {"mul_bound_para_valid_latter", "Content-Type: multipart/mixed; boundary=decoy; boundary=foobar\r\n"},
            {"comma_bound", "Content-Type: multipart/mixed; boundary=foobar,x\r\n"},
            {"comma_bound_first", "Content-Type: multipart/mixed; boundary=x,foobar\r\n"},
            {"bound_begin_blank", "Content-Type: multipart/mixed; boundary= foobar\r\n"},
            {"bound_begin_blank_quo", "Content-Type: multipart/mixed; boundary=\" foobar\"\r\n"},
            {"bound_end_blank_quo", "Content-Type: multipart/mixed; boundary=\"foobar \"\r\n"},
            {"bound_begin_0", "Content-Type: multipart/mixed; boundary=\0foobar\r\n"},
            {"bound_begin_0_quo", "Content-Type: multipart/mixed; boundary=\"\0foobar\"\r\n"},
            {"blank_char_within_bound", "Content-Type: multipart/mixed; boundary=foobar x\r\n"},
            {"blank_char_within_bound_q", "Content-Type: multipart/mixed; boundary=\"foobar x\"\r\n"},
            {"semicolon_within_bound_q", "Content-Type: multipart/mixed; boundary=\"foobar;x\"\r\n"},
            {"bound_quot_null_str", "Content-Type: multipart/mixed; boundary=\"\"foobar\r\n"},
            {"bound_quot_half", "Content-Type: multipart/mixed; boundary=\"foobar\r\n"},
            {"bound_quot_half_end", "Content-Type: multipart/mixed; boundary=foobar\"\r\n"},
            {"bound_quot_then_text", "Content-Type: multipart/mixed; boundary=\"foobar\"x\r\n"},
            {"null_bound", "Content-Type: multipart/mixed; boundary=\r\n"},
            {"null_bound_qq", "Content-Type: multipart/mixed; boundary=\"\"\r\n"},
            {"null_bound_semicolon", "Content-Type: multipart/mixed; boundary=;\r\n"},
            {"boundary_truncated_folding", "Content-Type: multipart/mixed; boundary=foo\r\n bar\r\n"},
            {"boundary_truncated_folding_q", "Content-Type: multipart/mixed; boundary=\"foo\r\n bar\"\r\n"},
            {"boundary_eq_folding", "Content-Type: multipart/mixed; boundary=\r\n foobar\r\n"},
            {"boundary_folding_eq", "Content-Type: multipart/mixed; boundary\r\n =foobar\r\n"},
            {"boundary_space_eq", "Content-Type: multipart/mixed; boundary =foobar\r\n"},
            {"boundary_0_eq", "Content-Type: multipart/mixed; boundary\0=foobar\r\n"},
            {"bound_para_no_semicolon", "Content-Type: multipart/mixed boundary=foobar\r\n"},
            {"wrong_bound_para", "Content-Type: multipart/mixed; bound=foobar\r\n"},
            {"wrong_boundary", "Content-Type: multipart/mixed; boundary=other\r\n"},
            {"comment_boundary", "Content-Type: multipart/mixed; boundary=foo(x)bar\r\n"},
            {"comment_boundary_half_start", "Content-Type: multipart/mixed; (boundary=foobar\r\n"},
            {"comment_boundary_half_end", "Content-Type: multipart/mixed; boundary=foobar(\r\n"},
            {"comment_boundary_wrap", "Content-Type: multipart/mixed; (boundary=foobar)\r\n"},
            {"comment_boundary_wrap_decoy", "Content-Type: multipart/mixed; (boundary=foobar); boundary=decoy\r\n"},
            {"ecdw_bound", "Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?foobar?=\"\r\n"},
            {"rfc2231_bound", "Content-Type: multipart/mixed; boundary*=us-ascii''foob%61r\r\n"},
            {"rfc2231_bound_split", "Content-Type: multipart/mixed; boundary*0=foo; boundary*1=bar\r\n"},
            {"rfc2231_bound_split_encoded", "Content-Type: multipart/mixed; boundary*0*=us-ascii''f%6fo; boundary*1*=bar\r\n"},
            {"rfc2231_bound_reversed", "Content-Type: multipart/mixed; boundary*1=bar; boundary*0=foo\r\n"},
            {"rfc2231_decoy", "Content-Type: multipart/mixed; boundary=decoy; boundary*=us-ascii''foobar\r\n"},
            {"quote_escaped", "Content-Type: multipart/mixed; boundary=\"foo\\bar\"\r\n"},
            {"single_quotes", "Content-Type: multipart/mixed; boundary='foobar'\r\n"},
            {"hidden_in_other", "Content-Type: multipart/mixed; x=\"y; boundary=foobar\"\r\n"},
            {"hidden_in_other_decoy", "Content-Type: multipart/mixed; x=\"y; boundary=foobar\"; boundary=decoy\r\n"},
        };
        for (String[] type : types) {
            mails.add(Arguments.of("type " + type[0], MAIL.replace(TYPE, type[1])));
        }
        String[][] bodies = {
            {"junk_line", "{base64:20}\r\n#\r\n{base64:20-}\r\n"},
            {"junk_dash", "{base64:20}-{base64:20-}\r\n"},
            {"junk_star", "{base64:20}****{base64:20-}\r\n"},
            {"junk_8bit", "{base64:20}\u00e9{base64:20-}\r\n"},
            {"junk_0", "{base64:20}\0{base64:20-}\r\n"},
            {"early_pad", "AA==\r\n{base64}\r\n"},
            {"early_pad_same_line", "AA=={base64}\r\n"},
            {"extra_eq", "{base64:20}===={base64:20-}\r\n"},
            {"eq_first", "={base64}\r\n"},
            {"eq_each", "{base64:20}=\r\n{base64:20-}\r\n"},
            {"leading_text", "This is a message.\r\n\r\n{base64}\r\n"},
            {"leading_word", "text\r\n{base64}\r\n"},
            {"leading_empty", "\r\n\r\n\r\n{base64}\r\n"},
            {"odd_lines", "{base64:7}\r\n{base64:7-}\r\n"},
            {"spaces", "{base64:7} {base64:7-}\r\n"},
            {"tabs", "\t{base64:8}\r\n\t{base64:8-}\r\n"},
            {"no_newline", "{base64}"},
            {"trailing_text", "{base64}\r\nThis is the end.\r\n"},
            {"bare_cr", "{base64:20}\r{base64:20-}\r\n"},
            {"bare_lf", "{base64:20}\n{base64:20-}\r\n"},
        };
        for (String[] body : bodies) {
            mails.add(Arguments.of("base64 " + body[0], MAIL.replace(BODY, body[1])));
        }
        String quoted = MAIL.replace(ENCODING, "Content-Transfer-Encoding: quoted-printable\r\n");
        String[][] quotedBodies = {
            {"plain", "{qp}\r\n"}, {"lower", "{qp:lower}\r\n"}, {"soft", "{qp:30}=\r\n{qp:30-}\r\n"}, {"soft_ws", "{qp:30}= \t\r\n{qp:30-}\r\n"},
            {"soft_lf", "{qp:30}=\n{qp:30-}\r\n"}, {"soft_cr", "{qp:30}=\r{qp:30-}\r\n"}, {"bad_escape", "=ZZ{qp}\r\n"},
            {"half_escape", "{qp}=4\r\n"},
            {"lone_eq", "{qp:30}=={qp:30-}\r\n"}, {"nul", "{qp:30}\0{qp:30-}\r\n"},
        };
        for (String[] body : quotedBodies) {
            mails.add(Arguments.of("qp " + body[0], quoted.replace(BODY, body[1])));
        }
        String bare = PART.substring("--foobar\r\n".length());
        String[][] whole = {
            {"preamble", HEAD + TYPE + "\r\n" + bare + "\r\n" + TEXT_PART + END},
            {"epilogue", HEAD + TYPE + "\r\n" + TEXT_PART + END + "\r\n" + bare},
            {"epilogue_delimited", HEAD + TYPE + "\r\n" + TEXT_PART + END + PART + END},
            {"preamble_delimited", HEAD + TYPE + "\r\n" + PART.replace("foobar", "other") + "--other--\r\n" + TEXT_PART + END},
            {"other_boundary_in_text", HEAD + TYPE + "\r\n" + TEXT_PART + PART.replace("foobar", "other") + "--other--\r\n" + END},
            {"many_boundaries", MAIL.replace(TYPE, "Content-Type: multipart/mixed" + many() + "; boundary=foobar" + many() + "\r\n")
                .replace(PART_TYPE, "X-First: y\r\n" + PART_TYPE)},
            {"unclosed", MAIL.replace(END, "")},
            {"closed_single_dash", MAIL.replace(END, "--foobar-\r\n")},
            {"closed_with_text", MAIL.replace(END, "--foobar--x\r\n")},
            {"boundary_with_text", MAIL.replace(PART, PART.replace("--foobar\r\n", "--foobar x\r\n"))},
            {"boundary_extended", MAIL.replace(PART, PART.replace("--foobar\r\n", "--foobarx\r\n"))},
            {"boundary_space_before", MAIL.replace(PART, PART.replace("--foobar\r\n", " --foobar\r\n"))},
            {"boundary_three_dashes", MAIL.replace(PART, PART.replace("--foobar\r\n", "---foobar\r\n"))},
            {"boundary_case", MAIL.replace(PART, PART.replace("--foobar\r\n", "--FOOBAR\r\n"))},
            {"blank_line_after_bound", MAIL.replace(PART, PART.replace("--foobar\r\n", "--foobar\r\n\r\n"))},
            {"close_then_part", HEAD + TYPE + "\r\n--foobar--\r\n" + TEXT_PART + PART + END},
            {"inner_same_boundary", HEAD + TYPE + "\r\n" + TEXT_PART + "--foobar\r\n" + TYPE + "\r\n" + PART + END + END},
            {"inner_no_bound_para", HEAD + TYPE + "\r\n" + TEXT_PART + "--foobar\r\nContent-Type: multipart/mixed\r\n\r\n" + PART + END},
            {"inner_extends_outer", HEAD + TYPE + "\r\n" + TEXT_PART + "--foobar\r\n" + TYPE.replace("foobar", "foobar1") + "\r\n"
                + PART.replace("foobar", "foobar1") + "--foobar1--\r\n" + END},
            {"inner_unclosed", HEAD + TYPE + "\r\n--foobar\r\n" + TYPE.replace("foobar", "inner") + "\r\n" + TEXT_PART.replace("foobar", "inner")
                + PART + END},
            {"boundary_in_header", HEAD + TYPE + "--foobar\r\n" + PART_TYPE + ENCODING + "\r\n" + BODY + END},
            {"encoded_multipart", HEAD + TYPE + ENCODING + "\r\n{base64 mail}\r\n"},
            {"nested_encoded_message", HEAD + "Content-Type: message/rfc822\r\n" + ENCODING + "\r\n{base64 mail}\r\n"},
            {"all_lf", MAIL.replace("\r\n", "\n")},
            {"all_cr", MAIL.replace("\r\n", "\r")},
            {"header_lf_body_crlf", (HEAD + TYPE).replace("\r\n", "\n") + MAIL.substring((HEAD + TYPE).length())},
            {"text_type", MAIL.replace("application/octet-stream", "text/plain")},
            {"text_type_inline", MAIL.replace(PART_TYPE + DISPOSITION, "Content-Type: text/html\r\nContent-Disposition: attachment\r\n")},
            {"single_part", HEAD + PART_TYPE + DISPOSITION + ENCODING + "\r\n" + BODY},
            {"uuencode", HEAD + "\r\nhello\r\n\r\nbegin 644 notes.dat\r\n{uu}`\r\nend\r\n"},
            {"uuencode_base64", HEAD + "\r\nhello\r\n\r\nbegin-base64 644 notes.dat\r\n{base64}\r\n====\r\n"},
            {"yenc", HEAD + "\r\nhello\r\n\r\n=ybegin line=128 size=68 name=notes.dat\r\n{yenc}\r\n=yend size=68\r\n"},
            {"base64_in_text", HEAD + "\r\nhello\r\n\r\n{base64}\r\n"},
        };
        for (String[] mail : whole) {
            mails.add(Arguments.of("structure " + mail[0], mail[1]));
        }
        return mails.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mails")
    void scanMessageShouldNotPassWhatOneReaderMayFind(String name, String mail) {
        Verdict verdict = SCANNER.scanMessage(MessageSource.of(fill(mail, TEST_STRING)));

        assertThat(verdict).isNotInstanceOf(Verdict.Failed.class);
        assertThat(verdict).matches(v -> v instanceof Verdict.NotScannable || v.score().atLeast(Score.of(7)), "not scannable or 7 and more");
    }

    /** But for those where some reader sees no text at all. */
    static Stream<Arguments> readable() {
        List<String> garbled = List.of("base64 early_pad", "base64 early_pad_same_line", "base64 leading_text");
        return mails().filter(mail -> !garbled.contains(mail.get()[0]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readable")
    void scanMessageShouldPassWhenAllReadingsAreHarmlessText(String name, String mail) {
        Verdict verdict = SCANNER.scanMessage(MessageSource.of(fill(mail.replace(".dat", ".txt").replace("application/octet-stream", "text/plain"),
                HARMLESS)));

        assertThat(verdict).isInstanceOf(Verdict.Scanned.class);
        assertThat(verdict.score()).isLessThan(Score.of(4));
    }

    private static byte[] fill(String mail, String payload) {
        String base64 = Base64.getEncoder().encodeToString(payload.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder quoted = new StringBuilder();
        payload.chars().forEach(c -> quoted.append(String.format("=%02X", c)));
        String filled = mail.replace("{base64 mail}", Base64.getMimeEncoder().encodeToString(MAIL.replace("{base64}", base64)
                .getBytes(StandardCharsets.ISO_8859_1)));
        filled = filled.replace("{base64}", base64).replace("{qp}", quoted).replace("{qp:lower}", quoted.toString().toLowerCase())
                .replace("{qp:30}", quoted.substring(0, 30)).replace("{qp:30-}", quoted.substring(30)).replace("{uu}", uuencode(payload))
                .replace("{yenc}", yenc(payload));
        for (int split : new int[] {7, 8, 20}) {
            filled = filled.replace("{base64:" + split + "}", base64.substring(0, split)).replace("{base64:" + split + "-}", base64.substring(split));
        }
        return filled.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String many() {
        return IntStream.range(0, 200).mapToObj(i -> "; boundary=decoy" + i).collect(Collectors.joining());
    }

    private static String yenc(String payload) {
        StringBuilder line = new StringBuilder();
        payload.chars().map(c -> c + 42 & 0xFF).forEach(c -> line.append((char) c));
        return line.toString();
    }

    private static String uuencode(String payload) {
        StringBuilder lines = new StringBuilder();
        for (int start = 0; start < payload.length(); start += 45) {
            String chunk = payload.substring(start, Math.min(payload.length(), start + 45));
            lines.append((char) (' ' + chunk.length()));
            for (int i = 0; i < chunk.length(); i += 3) {
                int bits = 0;
                for (int n = 0; n < 3; n++) {
                    bits = bits << 8 | (i + n < chunk.length() ? chunk.charAt(i + n) : 0);
                }
                for (int shift = 18; shift >= 0; shift -= 6) {
                    int six = bits >> shift & 63;
                    lines.append(six == 0 ? '`' : (char) (' ' + six));
                }
            }
            lines.append("\r\n");
        }
        return lines.toString();
    }
}
