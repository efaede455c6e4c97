package plan

import "testing"

func TestTroubleSaysHowOftenAPodCrashed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pod  Pod
		want string
	}{
		{Pod{Name: "a", Down: true}, "pod a has crashed"},
		{Pod{Name: "a", Down: true, Restarts: 1}, "pod a has restarted once"},
		{Pod{Name: "a", Restarts: 2, State: "container dns: Error, exit code 1"}, "pod a has restarted 2 times (container dns: Error, exit code 1)"},
		{Pod{Name: "a"}, "pod a is not ready"},
	} {
		if got := tt.pod.trouble(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.pod, got, tt.want)
		}
	}
}
