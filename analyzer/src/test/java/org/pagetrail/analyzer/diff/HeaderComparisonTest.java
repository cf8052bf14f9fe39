package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.TraceHeader;

class HeaderComparisonTest {
    private final ToldTrace old = new ToldTrace();
    private final ToldTrace now = new ToldTrace();

    private List<InputDifference> compare() {
        return HeaderComparison.of(TraceHeader.fromJson(old.header), TraceHeader.fromJson(now.header));
    }

    private static ObjectNode in(ToldTrace trace, String key) {
        return (ObjectNode) trace.header.get(key);
    }

    @Test
    void whatDoesNotDescribeTheRunIsNoDifference() {
        now.header.put("tool", "pagetrail 2.0").put("vocabulary", "another");
        in(now, "kernel").put("name", "renamed.elf");
        in(now, "plan").put("title", "another title");
        in(now, "profile").put("description", "another description");
        in(now, "options").put("shippedKernel", false);
        assertEquals(List.of(), compare());
    }

    @Test
    void memorySeedAndScenarioAreNamed() {
        now.header.put("ram", 128 << 20).put("seed", 7).put("scenario", "shells");
        assertEquals(
                List.of(
                        new InputDifference("scenario", "boot", "shells"),
                        new InputDifference("seed", "0", "7"),
                        new InputDifference("ram", "64 MB", "128 MB")),
                compare());
    }

    @Test
    void aKernelOfOtherContentsIsShownWithTheBeginningOfItsDigest() {
        in(now, "kernel").put("sha256", "cd".repeat(32));
        assertEquals(
                List.of(new InputDifference(
                        "kernel",
                        "kernel.elf, 17,712 B, sha256 abababababab",
                        "kernel.elf, 17,712 B, sha256 cdcdcdcdcdcd")),
                compare());
    }

    @Test
    void modulesAreMatchedByName() {
        old.module("initrd", 4096, "aa");
        old.module("motd", 5, "bb");
        now.module("motd", 6, "cc");
        now.module("rootfs", 7, "dd");
        assertEquals(
                List.of(
                        new InputDifference("module", "initrd, 4 KB, sha256 aa", null),
                        new InputDifference("module", "motd, 5 B, sha256 bb", "motd, 6 B, sha256 cc"),
                        new InputDifference("module", null, "rootfs, 7 B, sha256 dd")),
                compare());
    }

    @Test
    void modulesInAnotherOrderDiffer() {
        old.module("a", 1, "aa");
        old.module("b", 1, "bb");
        now.module("b", 1, "bb");
        now.module("a", 1, "aa");
        assertEquals(List.of(new InputDifference("order of modules", "a, b", "b, a")), compare());
    }

    @Test
    void aValueOfThePlanOrTheProfileIsNamedByItsPath() {
        in(now, "profile").put("name", "mine").put("unified", true);
        ((ObjectNode) in(now, "profile").get("data4K")).put("entries", 64);
        ((ObjectNode) in(now, "plan").get("regions").get(0)).put("last", "0xff3effff");
        assertEquals(
                List.of(
                        new InputDifference("plan regions[kernel-heap].last", "0xff3fffff", "0xff3effff"),
                        new InputDifference("profile", "p6", "mine"),
                        new InputDifference("profile unified", "false", "true"),
                        new InputDifference("profile data4K.entries", "32", "64")),
                compare());
    }

    @Test
    void whatOneSideLacksWholeIsOneDifference() {
        in(now, "profile").putObject("secondLevel").put("entries", 512).put("ways", 4);
        in(old, "profile").remove("walkCache");
        ((ArrayNode) in(now, "plan").get("regions"))
                .addObject()
                .put("id", "extra")
                .put("first", "0x00400000");
        assertEquals(
                List.of(
                        new InputDifference("plan regions[extra]", null, "id extra, first 0x00400000"),
                        new InputDifference("profile walkCache", null, "entries 32, ways 4"),
                        new InputDifference("profile secondLevel", null, "entries 512, ways 4")),
                compare());
    }
}
