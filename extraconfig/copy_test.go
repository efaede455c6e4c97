package extraconfig

import "testing"

func TestCopyName(t *testing.T) {
	t.Parallel()
	for stamp, want := range map[string]string{
		"v1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": "-v1-e3b0c44298fc1c14",
		"v12:e3b0c44298fc1c14": "-v12-e3b0c44298fc1c14",
		"":                     "",
		"v1:":                  "",
		"v1:e3b0":              "",
		"e3b0c44298fc1c149afb": "",
		"v1:E3B0C44298FC1C14":  "",
		"v1:../../../../../..": "",
		":e3b0c44298fc1c149af": "",
	} {
		for _, configMap := range Bundles() {
			wantName, wantOf := "", ""
			if want != "" {
				wantName, wantOf = configMap+want, configMap
			}
			got := CopyName(configMap, stamp)
			if got != wantName {
				t.Errorf("%q of %s: %q, want %q", stamp, configMap, got, wantName)
			}
			if of := CopyOf(got); of != wantOf {
				t.Errorf("%q counts as a copy of %q, want %q", got, of, wantOf)
			}
		}
	}
	for _, name := range []string{Name, Name + "-v1", Name + "-backup", Name + "-v1-e3b0", "other-extra-configs-v1-e3b0c44298fc1c14", "my-" + Name + "-v1-e3b0c44298fc1c14"} {
		if of := CopyOf(name); of != "" {
			t.Errorf("%q counts as a copy of %s", name, of)
		}
	}
}
