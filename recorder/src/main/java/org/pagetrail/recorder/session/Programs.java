package org.pagetrail.recorder.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.recorder.kernel.elf.ElfImage;
import org.pagetrail.recorder.kernel.elf.ElfPurpose;
import org.pagetrail.recorder.kernel.elf.ShippedPrograms;
import org.pagetrail.recorder.kernel.elf.UserImage;
import org.pagetrail.recorder.kernel.firmware.BootModule;
import org.pagetrail.recorder.kernel.process.Program;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.traces.plan.Plan;

/** The programs and libraries of a recording: the kernel finds their files among its boot modules, after those of the user. */
final class Programs {
    /** What the header says of such a module, beside its name and digest. */
    static final String ORIGIN = "origin";

    /** It comes with the recorder. */
    static final String SHIPPED = "shipped";

    /** It is the user's program. */
    static final String GIVEN = "program";

    private final List<BootModule> modules = new ArrayList<>();
    private final List<UserImage> images = new ArrayList<>();
    private final InputFile given;

    /** Which of the images is the user's; -1 for none. */
    private int givenAt = -1;

    /** Those that the workload needs, checked. */
    Programs(RecordingInputs inputs) {
        given = inputs.workload().program();
        Plan plan = inputs.plan();
        if (inputs.workload().stream() != null) {
            return;
        }
        for (String name : inputs.workload().scenario().files()) {
            if (name.equals(Scenarios.GIVEN)) {
                addGiven(plan);
            } else {
                add(name, ShippedPrograms.read(name), plan);
            }
        }
    }

    private void addGiven(Plan plan) {
        if (given == null) {
            throw new RecordingException("the scenario runs a program of yours; name an executable with --program");
        }
        givenAt = images.size();
        images.add(UserImage.program(ElfImage.read(given.path(), given.name(), ElfPurpose.PROGRAM), plan));
        modules.add(BootModule.of(given.name(), content(given.path())));
    }

    private static byte[] content(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new RecordingException(path + ": cannot be read (" + e.getMessage() + "); check the file", e);
        }
    }

    private void add(String name, byte[] file, Plan plan) {
        boolean library = ShippedPrograms.LIBRARIES.contains(name);
        ElfImage elf = ElfImage.parse(file, name, library ? ElfPurpose.LIBRARY : ElfPurpose.PROGRAM);
        images.add(library ? UserImage.library(elf, plan) : UserImage.program(elf, plan));
        modules.add(BootModule.of(name, file));
    }

    List<BootModule> modules() {
        return modules;
    }

    /** Where one of them comes from. */
    String origin(int index) {
        return index == givenAt ? GIVEN : SHIPPED;
    }

    /**
     * What the kernel makes of them.
     *
     * @param addresses where it finds its modules
     * @param first which of those is the first of these
     */
    Map<String, Program> at(List<Integer> addresses, int first) {
        Map<String, Program> programs = new HashMap<>();
        for (int i = 0; i < images.size(); i++) {
            UserImage image = images.get(i);
            Program program = new Program(
                    image.name(),
                    addresses.get(first + i),
                    (int) image.elf().entry(),
                    image.segments().stream()
                            .map(segment -> new Program.Segment(
                                    segment.linear(),
                                    segment.fileOffset(),
                                    segment.fileSize(),
                                    segment.memorySize(),
                                    segment.rights()))
                            .toList());
            programs.put(i == givenAt ? Scenarios.GIVEN : image.name(), program);
        }
        return programs;
    }
}
