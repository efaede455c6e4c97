package main

import (
	"net/http"
	"sync"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// addReadiness adds a readiness check that logs why it fails each time that this changes. The
// health endpoint withholds the reason from its reply and from its log, and a person who asks
// why the pod is not ready must find it somewhere.
func addReadiness(mgr manager.Manager, name string, check healthz.Checker) error {
	return mgr.AddReadyzCheck(name, logged(mgr.GetLogger().WithValues("check", name), check))
}

func logged(logger logr.Logger, check healthz.Checker) healthz.Checker {
	var mu sync.Mutex
	last := "" // the reason why it failed; none where it passed, as it is expected to
	return func(req *http.Request) error {
		err := check(req)
		reason := ""
		if err != nil {
			reason = err.Error()
		}
		mu.Lock()
		defer mu.Unlock()
		switch {
		case reason == last:
		case err != nil:
			logger.Info("Not ready", "reason", reason)
		default:
			logger.Info("Ready")
		}
		last = reason
		return err
	}
}
