package org.pagetrail.recorder.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.kernel.elf.ElfFormatException;
import org.pagetrail.recorder.kernel.elf.ElfImage;
import org.pagetrail.recorder.kernel.elf.ShippedKernel;
import org.pagetrail.recorder.kernel.elf.ShippedPrograms;
import org.pagetrail.recorder.kernel.firmware.BootLoaderException;
import org.pagetrail.recorder.kernel.firmware.BootModule;
import org.pagetrail.recorder.scenario.ScenarioException;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanException;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.ProfileException;

/**
 * The inputs of a recording made again from the header of its trace.
 *
 * <p>Plan, profile, RAM, scenario and seed stand in the header. Files do not: those that it names have to be given again, under any
 * name, and are told by their digests.
 */
public final class Rerun {
    private Rerun() {}

    /**
     * The inputs.
     *
     * @param kernel the kernel's file, null when it was not given
     * @param modules the modules' files, in any order
     * @param program the file of the program, null when it was not given
     * @param stream the file of the reference stream, null when it was not given
     * @throws RecordingException when a file is missing or another
     * @throws TraceException when the header's plan or profile is none
     */
    public static RecordingInputs inputs(
            TraceHeader header, Path kernel, List<Path> modules, Path program, Path stream) {
        try {
            Plan plan = Plan.fromJson(header.plan());
            MachineProfile profile = MachineProfile.fromJson(header.profile());
            InputFile kernelFile = kernel(header, kernel);
            return new RecordingInputs(
                    plan,
                    profile,
                    header.ram(),
                    kernelFile,
                    modules(header, modules),
                    WorkloadTree.read(
                            header.options().path(Recording.WORKLOAD),
                            header.scenario(),
                            program(header, program),
                            stream(header, stream)),
                    header.seed());
        } catch (PlanException | ProfileException e) {
            throw new TraceException(e.getMessage() + "; the trace's header is damaged", e);
        } catch (ElfFormatException | BootLoaderException | ScenarioException e) {
            throw new RecordingException(e.getMessage(), e);
        }
    }

    private static InputFile kernel(TraceHeader header, Path given) {
        JsonNode recorded = header.kernel();
        String digest = recorded.path("sha256").asText();
        if (given != null) {
            ElfImage image = ElfImage.read(given);
            if (!image.sha256().equals(digest)) {
                throw new RecordingException(given + " is not the kernel that was recorded: its SHA-256 is "
                        + image.sha256() + "; " + named("give", recorded, "--kernel"));
            }
        }
        if (header.options().path("shippedKernel").asBoolean()) {
            if (given == null && !ShippedKernel.read().sha256().equals(digest)) {
                throw new RecordingException("the trace was recorded with the kernel of another release (SHA-256 "
                        + digest + "); run it again with that release");
            }
            return null;
        }
        if (given == null) {
            throw new RecordingException(
                    "the trace was recorded with a kernel of its own; " + named("name", recorded, "--kernel"));
        }
        return new InputFile(recorded.path("name").asText(), given);
    }

    private static List<InputFile> modules(TraceHeader header, List<Path> given) {
        List<Path> paths = new ArrayList<>(given);
        List<String> digests = new ArrayList<>();
        for (Path path : paths) {
            digests.add(BootModule.read(path.toString(), path).sha256());
        }
        List<InputFile> files = new ArrayList<>();
        boolean[] used = new boolean[paths.size()];
        for (JsonNode recorded : header.modules()) {
            if (recorded.has(Programs.ORIGIN)) {
                continue;
            }
            // One file serves every module of its content: they may have been loaded from several.
            int at = digests.indexOf(recorded.path("sha256").asText());
            if (at < 0) {
                throw new RecordingException(
                        "a module that was recorded is missing; " + named("name", recorded, "--module"));
            }
            used[at] = true;
            files.add(new InputFile(recorded.path("name").asText(), paths.get(at)));
        }
        for (int i = 0; i < used.length; i++) {
            if (!used[i] && digests.indexOf(digests.get(i)) == i) {
                throw new RecordingException(
                        paths.get(i) + " is none of the modules that were recorded: its SHA-256 is " + digests.get(i)
                                + "; leave it out");
            }
        }
        return files;
    }

    private static InputFile program(TraceHeader header, Path given) {
        for (JsonNode recorded : header.modules()) {
            String origin = recorded.path(Programs.ORIGIN).asText();
            if (origin.equals(Programs.SHIPPED)) {
                if (!isShipped(recorded)) {
                    throw new RecordingException("the trace was recorded with program '"
                            + recorded.path("name").asText() + "' of another release; run it again with that release");
                }
            } else if (origin.equals(Programs.GIVEN)) {
                return told(recorded, given, "--program", "program");
            }
        }
        return unneeded(given, "program");
    }

    private static boolean isShipped(JsonNode recorded) {
        String name = recorded.path("name").asText();
        if (!ShippedPrograms.PROGRAMS.contains(name) && !ShippedPrograms.LIBRARIES.contains(name)) {
            return false;
        }
        return BootModule.of("", ShippedPrograms.read(name))
                .sha256()
                .equals(recorded.path("sha256").asText());
    }

    private static InputFile stream(TraceHeader header, Path given) {
        JsonNode recorded = header.options().path(Recording.WORKLOAD).path("stream");
        return recorded.isMissingNode()
                ? unneeded(given, "reference stream")
                : told(recorded, given, "--accesses-from", "reference stream");
    }

    private static InputFile unneeded(Path given, String what) {
        if (given != null) {
            throw new RecordingException(
                    given + " is not needed: the trace was recorded without a " + what + "; leave it out");
        }
        return null;
    }

    private static InputFile told(JsonNode recorded, Path given, String option, String what) {
        if (given == null) {
            throw new RecordingException(
                    "the trace was recorded with a " + what + "; " + named("name", recorded, option));
        }
        String digest = BootModule.read(given.toString(), given).sha256();
        if (!digest.equals(recorded.path("sha256").asText())) {
            throw new RecordingException(given + " is not the " + what + " that was recorded: its SHA-256 is " + digest
                    + "; " + named("give", recorded, option));
        }
        return new InputFile(recorded.path("name").asText(), given);
    }

    private static String named(String verb, JsonNode recorded, String option) {
        return String.format(
                Locale.ROOT,
                "%s '%s' (%,d bytes, SHA-256 %s) with %s",
                verb,
                recorded.path("name").asText(),
                recorded.path("size").asLong(),
                recorded.path("sha256").asText(),
                option);
    }
}
