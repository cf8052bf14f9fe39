package org.pagetrail.recorder.kernel.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelImageTest {
    private static final int RX = ElfFile.RX;
    private static final int RW = ElfFile.RW;
    private static final int RWX = ElfFile.RWX;
    private static final long HIGH = 0xc000_0000L;

    private static void assertRefused(ElfFile file, String says) {
        String message = assertThrows(ElfFormatException.class, file::kernel).getMessage();
        assertTrue(message.startsWith("kernel.elf: ") && message.contains(says), message);
        assertTrue(message.contains("; ") && !message.contains("\n"), message);
    }

    private static ElfFile boot() {
        return new ElfFile().entry(0x10_0000).segment(0x10_0000, 0x10_0000, 0x40, 0x40, RX);
    }

    @Test
    void aKernelInThreeSegmentsFits() {
        KernelImage kernel = ElfFile.small().kernel();
        assertEquals(0x10_0000, kernel.imageFirst());
        assertEquals(0x10_4000, kernel.imageEnd());
        assertEquals(0x10_000c, kernel.entry());
        assertEquals(new KernelImage.Code(0x10_000c, 0x14), kernel.lowCode());
        assertEquals(new KernelImage.Code(0xc010_1000L, 0x30), kernel.highCode());
        assertEquals(List.of(), kernel.warnings());
    }

    @Test
    void eachPageHasTheRightsOfItsSegmentAndOthersAreWritable() {
        KernelImage kernel = ElfFile.small().kernel();
        assertEquals(RW, kernel.rights(0));
        assertEquals(RW, kernel.rights(0xff));
        assertEquals(RX, kernel.rights(0x100));
        assertEquals(RX, kernel.rights(0x101));
        assertEquals(RW, kernel.rights(0x102));
        assertEquals(RW, kernel.rights(0x103));
        assertEquals(RW, kernel.rights(0x3ff));
        boolean[] writable = kernel.writable();
        assertEquals(1024, writable.length);
        for (int page = 0; page < writable.length; page++) {
            assertEquals(page != 0x100 && page != 0x101, writable[page], "page " + page);
        }
    }

    @Test
    void functionsAreShownInTheKernelRegion() {
        ElfFile file =
                ElfFile.small().function("in_data", HIGH + 0x10_2000, false).function("nowhere", 0x5000_0000, false);
        assertEquals(
                Map.of("start", HIGH + 0x10_000c, "pmm_init", HIGH + 0x10_1010),
                file.kernel().functions());
    }

    @Test
    void aKernelOfTwoWritableExecutableSegmentsFitsWithAWarningForEach() {
        KernelImage kernel = new ElfFile()
                .entry(0x10_000c)
                .segment(0x10_0000, 0x10_0000, 0x52, 0x52, RWX)
                .segment(0x10_1000, HIGH + 0x10_1000, 0x2100, 0x7004, RWX)
                .kernel();
        assertEquals(
                List.of(
                        "kernel.elf: segment 0 (physical 0x00100000-0x00100051) is both writable and executable;"
                                + " give code a segment of its own",
                        "kernel.elf: segment 1 (physical 0x00101000-0x00108003) is both writable and executable;"
                                + " give code a segment of its own"),
                kernel.warnings());
        assertEquals(new KernelImage.Code(HIGH + 0x10_1000, 0x2100), kernel.highCode());
        assertEquals(RWX, kernel.rights(0x108));
        assertEquals(RW, kernel.rights(0x109));
    }

    @Test
    void anEntryPointInTheKernelRegionIsTakenToItsPhysicalAddress() {
        KernelImage kernel = new ElfFile()
                .entry(HIGH + 0x20_0010)
                .segment(0x20_0000, HIGH + 0x20_0000, 0x100, 0x100, RX)
                .kernel();
        assertEquals(0x20_0010, kernel.entry());
        assertEquals(new KernelImage.Code(HIGH + 0x20_0000, 0x100), kernel.highCode());
    }

    @Test
    void anEntryPointGivenAsAPhysicalAddressIsFound() {
        KernelImage kernel = new ElfFile()
                .entry(0x20_0010)
                .segment(0x20_0000, HIGH + 0x20_0000, 0x100, 0x100, RX)
                .kernel();
        assertEquals(0x20_0010, kernel.entry());
    }

    @Test
    void aKernelLinkedLowRunsItsOwnCodeInTheKernelRegion() {
        assertEquals(
                new KernelImage.Code(HIGH + 0x10_0000, 0x40), boot().kernel().highCode());
    }

    @Test
    void segmentsMayShareAPage() {
        KernelImage kernel =
                boot().segment(0x10_0040, HIGH + 0x10_0040, 0x10, 0x10, RW).kernel();
        assertEquals(RWX, kernel.rights(0x100));
        assertEquals(1, kernel.warnings().size());
        assertTrue(
                kernel.warnings().get(0).contains("share a page"),
                kernel.warnings().get(0));
    }

    @Test
    void segmentsThatOverlapAreRefused() {
        assertRefused(boot().segment(0x10_003f, HIGH + 0x10_003f, 0x10, 0x10, RW), "overlap");
        assertRefused(boot().segment(0x0f_fff0, HIGH + 0x0f_fff0, 0, 0x11, RW), "overlap");
        boot().segment(0x0f_fff0, HIGH + 0x0f_fff0, 0, 0x10, RW).kernel();
    }

    @Test
    void aSegmentBeyondTheKernelRegionIsRefused() {
        boot().segment(0x3f_f000, HIGH + 0x3f_f000, 0, 0x1000, RW).kernel();
        assertRefused(boot().segment(0x3f_f000, HIGH + 0x3f_f000, 0, 0x1001, RW), "is not below 0x00400000");
        assertRefused(boot().segment(0xfff_f000, HIGH + 0x3f_f000, 0, 0x1000, RW), "is not below 0x00400000");
    }

    @Test
    void aSegmentLinkedOutsideTheKernelRegionIsRefused() {
        assertRefused(
                boot().segment(0x10_1000, 0x804_8000, 0, 0x1000, RW),
                "neither in the kernel region 0xc0000000-0xc03fffff");
        assertRefused(boot().segment(0x10_1000, HIGH + 0x3f_f001, 0, 0x1000, RW), "neither in the kernel region");
        assertRefused(boot().segment(0x10_1000, HIGH - 1, 0, 0x1000, RW), "neither in the kernel region");
    }

    @Test
    void aSegmentLinkedElsewhereInTheKernelRegionIsAWarning() {
        List<String> warnings = boot().segment(0x10_1000, HIGH + 0x20_1000, 0, 0x1000, RW)
                .kernel()
                .warnings();
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("linked at 0xc0201000, but the kernel region shows it at 0xc0101000"));
    }

    @Test
    void anEntryPointThatIsNoCodeIsRefused() {
        assertRefused(boot().entry(0), "the entry point 0x00000000 is in no segment");
        assertRefused(boot().entry(0x10_0040), "is in no segment");
        ElfFile data = boot().segment(0x10_1000, HIGH + 0x10_1000, 0x10, 0x10, RW);
        assertRefused(data.entry(HIGH + 0x10_1000), "which is not executable");
        ElfFile zeros = boot().segment(0x10_1000, HIGH + 0x10_1000, 0x10, 0x20, RX);
        assertRefused(zeros.entry(HIGH + 0x10_1010), "beyond the content of segment 1");
        assertFalse(zeros.entry(HIGH + 0x10_100f).kernel().lowCode().bytes() == 0);
    }

    @Test
    void anotherPlansRegionIsTheMeasure() {
        KernelRegion region = new KernelRegion(0x8000_0000L, 1 << 20);
        ElfImage image = new ElfFile()
                .entry(0x8000_1000L)
                .segment(0x1000, 0x8000_1000L, 0x10, 0x10, RX)
                .image();
        assertEquals(0x1000, KernelImage.of(image, region).entry());
        assertThrows(
                ElfFormatException.class, () -> KernelImage.of(ElfFile.small().image(), region));
    }
}
