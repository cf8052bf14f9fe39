package org.pagetrail.recorder.kernel.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedKernelTest {
    private static final Path BUILD = Path.of("src", "main", "kernel", "build.sh");
    private static final KernelRegion REGION = new KernelRegion(0xc000_0000L, 4 << 20);

    /** What the file in the resources was built with. */
    private static final String COMPILER = "12.2.0";

    private static final String LINKER = "2.40";

    @Test
    void itFitsThePlanWithoutAWarning() {
        KernelImage kernel = KernelImage.of(ShippedKernel.read(), REGION);
        assertEquals(List.of(), kernel.warnings());
        assertEquals(0x10_0000, kernel.imageFirst());
        assertEquals(
                List.of(ElfFile.RX, ElfFile.RX, ElfFile.R, ElfFile.RW),
                kernel.segments().stream().map(ElfImage.Segment::rights).toList());
        ElfImage.Segment boot = kernel.segments().get(0);
        assertEquals(boot.physical(), boot.linear());
        for (ElfImage.Segment segment : kernel.segments()) {
            assertEquals(0, segment.physical() % 4096, segment.toString());
        }
        for (ElfImage.Segment segment : kernel.segments().subList(1, 4)) {
            assertEquals(REGION.linear(segment.physical()), segment.linear());
        }
    }

    @Test
    void itHasAFunctionForEachStep() {
        KernelImage kernel = KernelImage.of(ShippedKernel.read(), REGION);
        for (String step : List.of(
                "start",
                "map_identity",
                "map_kernel_region",
                "higher_half",
                "kernel_main",
                "pmm_init",
                "lock_kernel",
                "lock_modules",
                "vmm_init",
                "remap_higher_half",
                "relocate_stack",
                "allocate_frame",
                "map_page",
                "page_fault",
                "double_fault")) {
            assertTrue(kernel.functions().containsKey(step), step);
        }
        assertEquals(
                REGION.linear(kernel.entry()), kernel.functions().get("start").longValue());
    }

    @Test
    void itsContentBeginsWithAMultibootHeader() {
        ElfImage elf = ShippedKernel.read();
        byte[] boot = elf.content(elf.segments().get(0));
        assertEquals("02b0ad1b", HexFormat.of().formatHex(boot, 0, 4));
    }

    @Test
    void itIsWhatItsSourceBuilds(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(Files.isRegularFile(BUILD), "no source beside the tests");
        String compiler = run(directory, "gcc", "-dumpfullversion");
        String linker = run(directory, "ld", "--version");
        assumeTrue(compiler != null && linker != null, "no gcc or ld");
        Path built = directory.resolve("kernel.elf");
        String object = directory.resolve("empty.o").toString();
        assumeTrue(run(directory, "gcc", "-m32", "-c", "-x", "c", "/dev/null", "-o", object) != null, "no i386 gcc");
        assertNotNull(run(directory, "sh", BUILD.toString(), built.toString()), "build.sh fails");
        ElfImage fresh = ElfImage.read(built);
        ElfImage shipped = ShippedKernel.read();
        if (compiler.strip().equals(COMPILER)
                && linker.lines().findFirst().orElse("").endsWith(LINKER)) {
            assertEquals(shipped.sha256(), fresh.sha256(), "run recorder/src/main/kernel/build.sh");
        }
        assertEquals(shipped.functions().keySet(), fresh.functions().keySet());
        assertEquals(shipped.segments().size(), fresh.segments().size());
        for (int i = 0; i < shipped.segments().size(); i++) {
            ElfImage.Segment was = shipped.segments().get(i);
            ElfImage.Segment now = fresh.segments().get(i);
            assertEquals(was.rights(), now.rights());
            assertEquals(was.linear() - was.physical(), now.linear() - now.physical());
        }
    }

    /** What a command prints, or null when it cannot be run or fails. */
    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return null;
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return null;
        }
        return process.exitValue() == 0 ? Files.readString(output) : null;
    }
}
