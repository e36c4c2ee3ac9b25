import { defineConfig } from "vitest/config";

// Stories against a real kube-apiserver: `npm run test:kubernetes`.
export default defineConfig({
  test: {
    include: ["test/stories/**/*.story.ts"],
    globalSetup: ["test/kubernetes-server/prepare.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    // Each has an API server and an etcd of its own, which mostly wait.
    maxWorkers: 3,
  },
});
