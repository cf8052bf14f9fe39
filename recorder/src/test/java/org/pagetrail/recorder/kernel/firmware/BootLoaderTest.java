package org.pagetrail.recorder.kernel.firmware;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pagetrail.recorder.kernel.elf.ElfFile;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.recorder.kernel.elf.KernelImage;
import org.pagetrail.traces.event.MemoryType;

class BootLoaderTest {
    private static final long PAGE = 4096;
    private static final long MB = 1 << 20;
    private static final long HIGH = 0xc000_0000L;

    private static BootLayout lay(ElfFile kernel, long ram, BootModule... modules) {
        return BootLoader.lay(kernel.kernel(), FirmwareMemoryMap.ofPc(ram), List.of(modules), "root=initrd");
    }

    private static BootModule module(String name, int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return BootModule.of(name, content);
    }

    private static String refusal(ElfFile kernel, long ram, BootModule... modules) {
        String message = assertThrows(BootLoaderException.class, () -> lay(kernel, ram, modules))
                .getMessage();
        assertTrue(message.contains("; ") && !message.contains("\n"), message);
        return message;
    }

    @Test
    void everythingFollowsTheImage() {
        BootLayout layout = lay(ElfFile.small(), 64 * MB, module("one", 5000), module("none", 0), module("two", 1));
        assertEquals(0x1000, layout.informationAt());
        assertEquals(0x10_4000, layout.bootData());
        assertEquals(9 * PAGE, layout.bootDataBytes());
        assertEquals(
                List.of(0x10_d000L, 0x10_f000L, 0x11_0000L),
                layout.modules().stream().map(m -> m.physical()).toList());
    }

    @Test
    void theFrameBitmapGrowsWithTheMemory() {
        assertEquals(9 * PAGE, lay(ElfFile.small(), 2 * MB).bootDataBytes());
        assertEquals(9 * PAGE, lay(ElfFile.small(), 128 * MB).bootDataBytes());
        assertEquals(10 * PAGE, lay(ElfFile.small(), 128 * MB + PAGE).bootDataBytes());
        assertEquals(40 * PAGE, lay(ElfFile.small(), 4096 * MB).bootDataBytes());
    }

    @Test
    void bootDataGoesBetweenTheSegmentsWhenTheImageEndsTooHigh() {
        ElfFile kernel = ElfFile.small().segment(0x3f_f000, HIGH + 0x3f_f000, 0, 0x1000, ElfFile.RW);
        BootLayout layout = lay(kernel, 64 * MB, module("m", 1));
        assertEquals(0x10_4000, layout.bootData());
        assertEquals(0x40_0000, layout.modules().get(0).physical());
    }

    @Test
    void bootDataGoesToLowMemoryWhenTheImageFillsTheRest() {
        ElfFile kernel = ElfFile.small().segment(0x10_4000, HIGH + 0x10_4000, 0, 0x2f_c000, ElfFile.RW);
        BootLayout layout = lay(kernel, 64 * MB);
        assertEquals(0x1000, layout.informationAt());
        assertEquals(0x2000, layout.bootData());
    }

    @Test
    void aKernelThatLeavesNoRoomForBootDataIsRefused() {
        ElfFile kernel = ElfFile.small()
                .segment(0x10_4000, HIGH + 0x10_4000, 0, 0x2f_c000, ElfFile.RW)
                .segment(0x8000, HIGH + 0x8000, 0, 0x9_7c00, ElfFile.RW);
        String message = refusal(kernel, 64 * MB);
        assertTrue(message.startsWith("kernel.elf leaves no run of 36 KB below 0x00400000"), message);
    }

    @Test
    void bootInformationKeepsClearOfAKernelInLowMemory() {
        ElfFile kernel = ElfFile.small().segment(0x800, HIGH + 0x800, 0, 0x1900, ElfFile.RW);
        assertEquals(0x3000, lay(kernel, 64 * MB).informationAt());
    }

    @Test
    void aSegmentOverTheFirmwaresMemoryIsRefused() {
        for (long[] range :
                new long[][] {{0xa_0000, 0x1000}, {0x9_f000, 0x1000}, {0xf_ffff, 1}, {0x9_0000, 0x7_0000}}) {
            ElfFile kernel = ElfFile.small().segment(range[0], HIGH + range[0], 0, range[1], ElfFile.RW);
            String message = refusal(kernel, 64 * MB);
            assertTrue(message.startsWith("kernel.elf: segment 3 (physical 0x"), message);
            assertTrue(message.endsWith("the firmware's; link it from 1 MB up"), message);
        }
        lay(ElfFile.small().segment(0x9_f000, HIGH + 0x9_f000, 0, 0xc00, ElfFile.RW), 64 * MB);
    }

    @Test
    void ramTooSmallForKernelOrModulesIsRefused() {
        ElfFile kernel = ElfFile.small().segment(0x1f_0000, HIGH + 0x1f_0000, 0, 0x1000, ElfFile.RW);
        assertTrue(refusal(kernel, 2 * MB).endsWith("a PC with 2048 KB of RAM; use more RAM"));
        assertTrue(refusal(ElfFile.small(), MB).endsWith("a PC with 1024 KB of RAM; use more RAM"));
        String message = refusal(ElfFile.small(), 2 * MB, module("small", 10), module("initrd", 1 << 20));
        assertTrue(message.startsWith("module 'initrd' of 1048576 bytes has no room above 0x0010d000"), message);
    }

    @Test
    void moreBootInformationThanLowMemoryHoldsIsRefused() {
        List<BootModule> modules = Collections.nCopies(50, module("m".repeat(20_000), 0));
        String message = assertThrows(
                        BootLoaderException.class,
                        () -> BootLoader.lay(ElfFile.small().kernel(), FirmwareMemoryMap.ofPc(64 * MB), modules, ""))
                .getMessage();
        assertTrue(message.contains("has no room in low memory; use fewer modules"), message);
    }

    @Test
    void aZeroCharacterInATextIsRefused() {
        assertTrue(refusal(ElfFile.small(), 64 * MB, module("a\0b", 1)).startsWith("a module's name"));
    }

    @Test
    void theInformationIsMultiboot() {
        BootLayout layout = lay(ElfFile.small(), 64 * MB, module("eins", 5000), module("zw\u00f6lf", 7));
        ByteBuffer block = ByteBuffer.wrap(layout.information()).order(ByteOrder.LITTLE_ENDIAN);
        int base = (int) layout.informationAt();
        assertEquals(0x24d, block.getInt(0));
        assertEquals(639, block.getInt(4));
        assertEquals(64 * 1024 - 1024 - 128, block.getInt(8));
        assertEquals("root=initrd", text(block, block.getInt(16) - base));
        assertEquals("pagetrail", text(block, block.getInt(64) - base));
        assertEquals(2, block.getInt(20));
        int modules = block.getInt(24) - base;
        assertEquals(0x10_d000, block.getInt(modules));
        assertEquals(0x10_d000 + 5000, block.getInt(modules + 4));
        assertEquals("eins", text(block, block.getInt(modules + 8) - base));
        assertEquals(0x10_f000 + 7, block.getInt(modules + 20));
        assertEquals("zw\u00f6lf", text(block, block.getInt(modules + 24) - base));
        assertEquals(layout.memory().ranges(), ranges(block, block.getInt(48) - base, block.getInt(44)));
        assertEquals(0, block.get(block.capacity() - 1));
        assertEquals('f', block.get(block.capacity() - 2));
    }

    private static String text(ByteBuffer block, int at) {
        int end = at;
        while (block.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - at];
        block.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<FirmwareMemoryMap.Range> ranges(ByteBuffer block, int first, int length) {
        List<FirmwareMemoryMap.Range> ranges = new ArrayList<>();
        int at = first;
        while (at < first + length) {
            assertEquals(20, block.getInt(at));
            MemoryType type = MemoryType.values()[block.getInt(at + 20) - 1];
            ranges.add(new FirmwareMemoryMap.Range(block.getLong(at + 4), block.getLong(at + 12), type));
            at += block.getInt(at) + 4;
        }
        assertEquals(first + length, at);
        return ranges;
    }

    @Test
    void imageInformationAndModulesAreWrittenToMemory() {
        BootLayout layout = lay(ElfFile.small(), 64 * MB, module("m", 200_000));
        byte[] memory = new byte[2 << 20];
        layout.load(
                (physical, bytes, offset, length) -> System.arraycopy(bytes, offset, memory, (int) physical, length));
        for (Segment segment : layout.kernel().segments()) {
            int at = (int) segment.physical();
            assertEquals(segment.index() + 1, memory[at]);
            assertEquals(segment.index() + 1, memory[at + (int) segment.fileSize() - 1]);
            assertEquals(0, memory[at + (int) segment.fileSize()]);
        }
        byte[] module = new byte[200_000];
        new Random(200_000).nextBytes(module);
        assertArrayEquals(module, slice(memory, layout.modules().get(0).physical(), module.length));
        assertArrayEquals(layout.information(), slice(memory, layout.informationAt(), layout.information().length));
    }

    private static byte[] slice(byte[] memory, long at, int length) {
        byte[] slice = new byte[length];
        System.arraycopy(memory, (int) at, slice, 0, length);
        return slice;
    }

    @Test
    void nothingEverOverlaps() {
        int laid = 0;
        int refused = 0;
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            KernelImage kernel = randomKernel(random);
            long ram = (1 + random.nextInt(random.nextInt(10) == 0 ? 4095 : 12)) * MB + random.nextInt(256) * PAGE;
            List<BootModule> modules = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                modules.add(BootModule.of("module" + i, new byte[random.nextInt(1 << random.nextInt(22))]));
            }
            try {
                BootLayout layout =
                        BootLoader.lay(kernel, FirmwareMemoryMap.ofPc(ram), modules, "x".repeat(random.nextInt(9000)));
                checkLayout(layout, modules.size());
                laid++;
            } catch (BootLoaderException e) {
                assertFalse(e.getMessage().contains("\n"), e.getMessage());
                refused++;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", RAM " + ram, e);
            }
        }
        assertTrue(laid > 500 && refused > 100, "laid " + laid + ", refused " + refused);
    }

    /** One to six segments at random places of [0, 4 MB), the first of them code; mostly apart from the firmware's memory. */
    private static KernelImage randomKernel(Random random) {
        ElfFile file = new ElfFile();
        long at = random.nextInt(4) == 0 ? random.nextInt(0x8_0000) : 0x10_0000;
        file.entry(HIGH + at);
        int segments = 1 + random.nextInt(6);
        for (int i = 0; i < segments; i++) {
            long fileSize = 1L + random.nextInt(300);
            long size = fileSize + random.nextInt(1 << random.nextInt(22));
            if (at < 0xa_0000 && at + size > 0x9_fc00 && random.nextInt(8) > 0) {
                size = fileSize;
            }
            if (at + size > 4 * MB) {
                break;
            }
            file.segment(at, HIGH + at, fileSize, size, i == 0 ? ElfFile.RX : ElfFile.RW);
            at += size + (random.nextBoolean() ? random.nextInt(0x2_0000) : 0);
            if (at >= 0x9_0000 && at < 0x10_0000 && random.nextInt(8) > 0) {
                at = 0x10_0000;
            }
        }
        return file.kernel();
    }

    private static void checkLayout(BootLayout layout, int modules) {
        List<long[]> pages = new ArrayList<>();
        pages.add(new long[] {0, PAGE});
        FirmwareMemoryMap memory = layout.memory();
        for (Segment segment : layout.kernel().segments()) {
            assertTrue(memory.isAvailable(segment.physical(), segment.memorySize()));
        }
        addPages(pages, memory, layout.informationAt(), layout.information().length);
        assertTrue(layout.informationAt() + layout.information().length <= 0x9_fc00);
        addPages(pages, memory, layout.bootData(), layout.bootDataBytes());
        assertTrue(layout.bootData() + layout.bootDataBytes() <= 4 * MB);
        assertEquals(modules, layout.modules().size());
        long floor = Math.max(layout.kernel().imageEnd(), MB);
        for (BootLayout.PlacedModule module : layout.modules()) {
            assertTrue(module.physical() >= floor);
            addPages(
                    pages,
                    memory,
                    module.physical(),
                    Math.max(1, module.module().size()));
        }
        pages.sort((a, b) -> Long.compare(a[0], b[0]));
        for (int i = 1; i < pages.size(); i++) {
            assertTrue(pages.get(i)[0] >= pages.get(i - 1)[1], "overlap at " + Long.toHexString(pages.get(i)[0]));
        }
        for (long[] run : pages.subList(1, pages.size())) {
            for (Segment segment : layout.kernel().segments()) {
                assertTrue(
                        run[1] <= segment.physical() / PAGE * PAGE || run[0] >= segment.physicalEnd(),
                        segment + " is not alone on its pages");
            }
        }
    }

    private static void addPages(List<long[]> pages, FirmwareMemoryMap memory, long first, long bytes) {
        long end = (first + bytes + PAGE - 1) / PAGE * PAGE;
        assertEquals(0, first % PAGE);
        assertTrue(memory.isAvailable(first, end - first), "not available: " + Long.toHexString(first));
        pages.add(new long[] {first, end});
    }
}
