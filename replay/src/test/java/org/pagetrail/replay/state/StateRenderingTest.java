package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StateRenderingTest {
    private final Script script = new Script();

    private static String golden(String name) throws IOException {
        try (InputStream in = StateRenderingTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theTextIsTheOneThatIsWrittenDown() throws IOException {
        SmallBoot.tell(script);
        assertEquals(golden("small-boot.txt"), StateText.of(script.state, SmallBoot.REGIONS));
    }

    @Test
    void theJsonIsTheOneThatIsWrittenDown() throws IOException {
        SmallBoot.tell(script);
        assertEquals(golden("small-boot.json"), StateJson.text(script.state, SmallBoot.REGIONS));
    }

    @Test
    void theTextDoesNotDependOnTheLocale() {
        SmallBoot.tell(script);
        Locale before = Locale.getDefault();
        String expected = StateText.of(script.state, SmallBoot.REGIONS);
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(expected, StateText.of(script.state, SmallBoot.REGIONS));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aStateBeforeTheFirstEventIsShownToo() {
        String text = StateText.of(script.state, List.of());
        assertEquals("Before the first event", text.lines().findFirst().orElseThrow());
        assertEquals(-1, StateJson.of(script.state, List.of()).get("ordinal").asLong());
    }
}
