package serving

import (
	"os"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	// Here, as a bubble of synctest may not wait for another's.
	if _, err := certificate(); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
