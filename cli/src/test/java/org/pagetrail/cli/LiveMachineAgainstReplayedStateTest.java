package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.InputFile;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

class LiveMachineAgainstReplayedStateTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "pentium, 64, 0", "p6, 64, 0", "skylake, 64, 0", "unit, 64, 0",
        "pentium, 64, 9000", "p6, 64, 9000", "skylake, 64, 9000", "unit, 64, 9000",
        "p6, 8, 9000", "unit, 8, 0", "unit, 16, 5000000"
    })
    void theStateReplayedFromTheEventsIsThatOfTheMachineAfterEveryEventOfTheBoot(
            String profile, int megabytes, int moduleBytes) throws IOException {
        List<InputFile> modules = moduleBytes == 0
                ? List.of()
                : List.of(InputFile.of(Files.write(temporary.resolve("module"), new byte[moduleBytes])));
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(),
                        MachineProfiles.named(profile),
                        (long) megabytes << 20,
                        null,
                        modules,
                        Scenarios.BOOT,
                        0),
                "test");
        SideBySide both = new SideBySide(new StateBuilder(recording.header()));
        Machine machine = recording.machine(both);
        both.watch(machine);
        assertEquals(StopReason.HALT, recording.run(machine, both));
        assertTrue(both.events() > 1_500, "events: " + both.events());
    }
}
