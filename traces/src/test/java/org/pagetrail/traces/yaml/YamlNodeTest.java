package org.pagetrail.traces.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlNodeTest {
    private static YamlNode value(String text) {
        return YamlNode.parse("a: " + text, "f.yaml").get("a");
    }

    private static String refusal(Runnable what) {
        String message = assertThrows(YamlException.class, what::run).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void everyValueKnowsItsLineAndColumn() {
        YamlNode root = YamlNode.parse("a: 1\nb:\n  - x\n  - {c: 2}\n", "f.yaml");
        assertEquals(1, root.get("a").line());
        assertEquals(4, root.get("a").column());
        assertEquals("f.yaml:3:5", root.get("b").items().get(0).where());
        assertEquals("f.yaml:4:9", root.get("b").items().get(1).get("c").where());
    }

    @Test
    void whatComesFromJsonHasNoLineAndNoColumn() throws IOException {
        YamlNode root = YamlNode.of(new ObjectMapper().readTree("{\"a\": 1}"), "the header");
        assertEquals("the header", root.get("a").where());
        assertEquals(0, root.get("a").column());
        assertEquals("the header: unknown key 'a'; known here: b", refusal(() -> root.only("b")));
    }

    @Test
    void anAliasIsRefusedInsteadOfReadAsText() {
        assertEquals(
                "f.yaml:2:4: '*x' is an alias; write out what it stands for",
                refusal(() -> YamlNode.parse("a: &x 1\nb: *x\n", "f.yaml")));
        assertEquals("*x", value("'*x'").text());
    }

    @Test
    void aValueOfSeveralLinesIsQuotedInOne() {
        YamlNode node = value("\"1\\n2\\x01\\L\"");
        assertEquals(
                "f.yaml:1:4: '1\\u000a2\\u0001\\u2028' is no whole number; write it in decimal or as 0x...",
                refusal(() -> node.number(0, 9)));
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "4 KB, 4096", "'1,008 MB', 1056964608", "3 GB, 3221225472", "64 mb, 67108864", "7 B, 7"})
    void sizesAreInPowersOf1024(String text, long bytes) {
        assertEquals(bytes, value(text).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4 XB", "MB", "-4 KB", "4 KB MB", "99999999999 B", "1.5 MB", "[1]"})
    void whatIsNoSizeIsRefused(String text) {
        assertTrue(refusal(() -> value(text).size()).startsWith("f.yaml:1:4: "));
    }

    @Test
    void numbersAreDecimalOrHexadecimalAndWithinBounds() {
        assertEquals(0xc000_0000L, value("0xc0000000").address());
        assertEquals(12, value("12").number(0, 12));
        assertTrue(refusal(() -> value("13").number(0, 12)).contains("it goes from 0 to 12"));
        assertTrue(refusal(() -> value("0x1ffffffff").address()).contains("no 32-bit address"));
        assertTrue(refusal(() -> value("-1").address()).contains("no 32-bit address"));
        assertTrue(refusal(() -> value("many").number(0, 12)).contains("no whole number"));
    }

    @Test
    void truthIsTrueOrFalse() {
        assertTrue(value("true").truth());
        assertFalse(value("false").truth());
        assertTrue(refusal(() -> value("yes").truth()).contains("neither true nor false"));
    }

    @Test
    void keysThatAreUnknownMissingOrGivenTwiceAreRefused() {
        YamlNode root = YamlNode.parse("a: 1\nb: 2\n", "f.yaml");
        assertTrue(refusal(() -> root.only("a")).startsWith("f.yaml:2:1: unknown key 'b'"));
        assertEquals("f.yaml:1:1: 'c' is missing; add it", refusal(() -> root.get("c")));
        assertEquals(
                "f.yaml:2:1: 'a' is given twice; keep one", refusal(() -> YamlNode.parse("a: 1\na: 2\n", "f.yaml")));
        assertEquals("f.yaml:1:5: 'b' has no value; add it", refusal(() -> YamlNode.parse("{a, b: }", "f.yaml")
                .get("b")));
        assertFalse(root.has("c"));
        assertTrue(root.items("c").isEmpty());
    }

    @Test
    void kindsThatDoNotFitAreRefused() {
        YamlNode root = YamlNode.parse("a: [1]\n", "f.yaml");
        assertTrue(refusal(() -> root.get("a").text()).contains("a text belongs here"));
        assertTrue(refusal(() -> root.items()).contains("a list belongs here"));
        assertTrue(refusal(() -> root.get("a").keys()).contains("a mapping"));
        assertTrue(refusal(() -> root.get("a").items().get(0).oneOf("x", "y")).contains("use one of x, y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a: [", "a: {b", "--- 1\n--- 2\n", "\"\\q\"", "a:\n\t- x"})
    void whatIsNoYamlIsRefused(String text) {
        assertTrue(refusal(() -> YamlNode.parse(text, "f.yaml")).startsWith("f.yaml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:/\t- x | f.yaml:2:1: no YAML: found character '\\t(TAB)' that cannot start any token",
                "a: {b: 1 | f.yaml:1:9: no YAML: expected ',' or '}'",
                "a: b: c | f.yaml:1:5: no YAML: mapping values are not allowed here",
            })
    void whatIsNoYamlIsRefusedWhereItStopsBeingSo(String text, String says) {
        String message = refusal(() -> YamlNode.parse(text.replace('/', '\n'), "f.yaml"));
        assertTrue(message.startsWith(says), message);
    }

    @Test
    void deepNestingIsRefusedBeforeItHurts() {
        assertTrue(refusal(() -> YamlNode.parse("[".repeat(500) + "]".repeat(500), "f.yaml"))
                .contains("nested"));
    }

    @Test
    void aMissingFileIsNamed() {
        assertEquals("no-such.yaml does not exist", refusal(() -> YamlNode.read(Path.of("no-such.yaml"))));
    }
}
