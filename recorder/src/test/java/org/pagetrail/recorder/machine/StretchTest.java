package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.pagetrail.recorder.machine.TestProfiles.lru;
import static org.pagetrail.recorder.machine.TestProfiles.plru;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.profile.MachineProfile;

/** Many accesses at once do what they do one by one, and by the way that has all rules. */
class StretchTest {
    private static final int ACCESSES = 6_000;

    static List<MachineProfile> profiles() {
        List<MachineProfile> profiles = new ArrayList<>(StaleTranslationsTest.profiles());
        profiles.addAll(List.of(
                TestProfiles.of("odd", lru(12, 3), lru(40, 5), lru(48, 12)),
                TestProfiles.of("four", plru(16, 8), lru(16, 4), lru(24, 12)),
                TestProfiles.of("direct", lru(8, 1), lru(16, 1), lru(32, 1)),
                TestProfiles.of("one", lru(1, 1), lru(4, 4), lru(32, 32)),
                TestProfiles.of("trees", lru(4, 4), plru(32, 32), plru(64, 16)),
                TestProfiles.of("unified of four", null, lru(8, 4), lru(32, 4)),
                TestProfiles.of("unified tree", null, plru(8, 4), plru(32, 4)),
                TestProfiles.of("unified alone", null, lru(6, 3), null),
                TestProfiles.of("most that is told apart", null, lru(512, 4), lru(32, 4)),
                TestProfiles.of("more than is told apart", lru(8, 2), lru(1024, 4), lru(32, 4)),
                TestProfiles.of("more together than is told apart", lru(512, 4), plru(512, 4), lru(2048, 4))));
        return profiles;
    }

    private static Scene scene(MachineProfile profile) {
        Scene scene = new Scene(profile);
        for (int page = 0; page < 1024; page++) {
            scene.entry(Scene.TABLE, page, (page & 31) << 12 | (page % 5 == 0 ? 5 : 0x67));
            scene.entry(Scene.OTHER_TABLE, page, (page & 15) + 32 << 12 | 7);
        }
        scene.machine.writeCr0(scene.machine.register(org.pagetrail.traces.event.ControlRegister.CR0) & ~(1 << 16));
        scene.log.clear();
        return scene;
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void theyTellAndReachTheSameAndTakeTheSameTime(MachineProfile profile) {
        compare(profile, scene(profile));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void theyDoSoWhenStampsAreNumberedAnewAmongThem(MachineProfile profile) {
        Scene renumbered = scene(profile);
        for (Tlb name : Tlb.values()) {
            TranslationCache cache = renumbered.machine.mmu().tlbs().named(name);
            if (cache != null) {
                cache.places().now = Places.LAST_STAMP - 1_000 * Places.TICK;
            }
        }
        compare(profile, renumbered);
        int now = renumbered.machine.mmu().tlbs().data4K.places().now;
        assertTrue(now < Places.LAST_STAMP, () -> "the latest stamp is " + now);
    }

    private static void compare(MachineProfile profile, Scene together) {
        long seed = 0x57e7c4;
        Random random = new Random(seed);
        AccessKind[] kinds = AccessKind.values();
        Scene singly = scene(profile);
        Scene slowly = scene(profile);
        slowly.machine.mmu().takeTime();
        long[] accesses = new long[ACCESSES];
        int page = 0;
        for (int i = 0; i < ACCESSES; i++) {
            if (random.nextInt(12) == 0) {
                page = random.nextInt(random.nextBoolean() ? 12 : 2048);
            }
            int linear = page << 12 | random.nextInt(4096);
            accesses[i] = Access.of(linear, kinds[random.nextInt(10) == 0 ? 2 : random.nextInt(2)]);
            assertEquals(linear, Access.linear(accesses[i]));
        }
        for (int from = 0; from < ACCESSES; ) {
            int to = Math.min(ACCESSES, from + random.nextInt(700));
            long sum = 0;
            for (int i = from; i < to; i++) {
                AccessKind kind = kinds[Access.kind(accesses[i])];
                if (kind == AccessKind.FETCH) {
                    singly.machine.jump(Access.linear(accesses[i]));
                }
                sum += singly.machine.touch(Access.linear(accesses[i]), kind);
            }
            assertEquals(sum, together.machine.touchAll(accesses, from, to), "seed " + seed + " from " + from);
            assertEquals(sum, slowly.machine.touchAll(accesses, from, to), "seed " + seed + " from " + from);
            assertEquals(singly.machine.ip(), together.machine.ip());
            assertEquals(singly.machine.now(), together.machine.now());
            if (random.nextInt(4) == 0) {
                singly.machine.writeCr3(Scene.DIRECTORY << 12);
                together.machine.writeCr3(Scene.DIRECTORY << 12);
                slowly.machine.writeCr3(Scene.DIRECTORY << 12);
            }
            from = to;
        }
        singly.machine.tellAccesses();
        together.machine.tellAccesses();
        slowly.machine.tellAccesses();
        assertEquals(texts(singly), texts(together), "seed " + seed);
        assertEquals(texts(singly), texts(slowly), "seed " + seed);
    }

    private static List<String> texts(Scene scene) {
        return scene.log.all().stream().map(event -> event.tick() + " " + event).toList();
    }

    @Test
    void noAccessesAreNoWork() {
        Scene scene = scene(TestProfiles.split());
        assertEquals(0, scene.machine.touchAll(new long[0], 0, 0));
        assertEquals(0, scene.log.all().size());
    }
}
