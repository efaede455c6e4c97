package extraconfig

import "testing"

func TestCopyName(t *testing.T) {
	t.Parallel()
	for stamp, want := range map[string]string{
		"v1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": "dns-extra-configs-v1-e3b0c44298fc1c14",
		"v12:e3b0c44298fc1c14": "dns-extra-configs-v12-e3b0c44298fc1c14",
		"":                     "",
		"v1:":                  "",
		"v1:e3b0":              "",
		"e3b0c44298fc1c149afb": "",
		"v1:E3B0C44298FC1C14":  "",
		"v1:../../../../../..": "",
		":e3b0c44298fc1c149af": "",
	} {
		got := CopyName(stamp)
		if got != want {
			t.Errorf("%q: %q, want %q", stamp, got, want)
		}
		if IsCopy(got) != (want != "") {
			t.Errorf("%q counts as a copy: %v", got, IsCopy(got))
		}
	}
	for _, name := range []string{Name, Name + "-v1", Name + "-backup", Name + "-v1-e3b0", "coredns-extra-configs-v1-e3b0c44298fc1c14"} {
		if IsCopy(name) {
			t.Errorf("%q counts as a copy", name)
		}
	}
}
