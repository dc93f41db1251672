/**
 * What version 0.1.0 issued and stored, under the keys of sample-keys.ts and at the time of sample-session.ts. Later versions of this
 * series have to take it, so it is never made anew.
 */
export const RELEASED = {
  session:
    'eyJ0eXAiOiJnaC1zZXNzaW9uK2p3dCIsImFsZyI6IkhTMjU2Iiwia2lkIjoiazEifQ.eyJpc3MiOiJodHRwczovL2R' +
    'vY3MuZXhhbXBsZS5jb20vYXV0aCIsImF1ZCI6ImRvY3MuZXhhbXBsZS5jb20iLCJleHAiOjE3OTAwMDM2MDAsInN1Y' +
    'iI6ImNvbm5fMjAwMDAwMDAwMDAwMDAwMjE7MDB1MSIsInNpZCI6InNQbmI4Z1hxRDBjVjVtWjF1WWszd1E3dEpyOWV' +
    'MaEZhMm9CeE40aVRzR2MiLCJpYXQiOjE3ODk5OTk3MDAsImF1dGhfdGltZSI6MTc4OTk5OTcwMCwib3JnIjoib3JnX' +
    'zIwMDAwMDAwMDAwMDAwMDAyIiwiY29ubiI6ImNvbm5fMjAwMDAwMDAwMDAwMDAwMjEiLCJlbWFpbCI6ImFubkBhY21' +
    'lLmNvbSIsIm5hbWUiOiJBbm4gTGVlIiwicm9sZXMiOlsiZWRpdG9yIl0sImdyb3VwcyI6WyJzdGFmZiJdfQ.KpPQM8' +
    '05xva2NAHkFvJLpsSaQ0y2QQcvgTpE13J_R94',
  refresh:
    'eyJ0eXAiOiJnaC1yZWZyZXNoK2p3dCIsImFsZyI6IkhTMjU2Iiwia2lkIjoiazEifQ.eyJpc3MiOiJodHRwczovL2R' +
    'vY3MuZXhhbXBsZS5jb20vYXV0aCIsImF1ZCI6ImRvY3MuZXhhbXBsZS5jb20iLCJleHAiOjE3OTAwMjg4MDAsInJlZ' +
    'yI6Im9yZ18yMDAwMDAwMDAwMDAwMDAwMiIsInNpZCI6InNQbmI4Z1hxRDBjVjVtWjF1WWszd1E3dEpyOWVMaEZhMm9' +
    'CeE40aVRzR2MiLCJnZW4iOjN9.yPqraAcYe2gaw-5bpkCJ_7HGbtNsLx3jeynkg_mdaF4',
  loginHash: 'kJ3qv1c0bM1aX2Zt7m8yQw4r5s6u9p0oLkJhGfDsAqE',
  loginCookie:
    'tlpwu8.0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk.cmV0dXJuX3RvPSUyRmE.vysAbWFjNCiYNRnBj' +
    'Jn-pRIlDvtz946_A9pw3PaNtOY',
  loginRecord:
    'azE.BP3Vl1XHABTPdD3B.kfs601A4ieDbkyH2pZB0bkk59pqTgcJCDb5RQpuhGN_KKEKW-SIyH685uQKwVl_RW-3Li' +
    'YHUdxmVIqQ4aGJ1BjYZgyGOS_G1TDDQ4r3z54j0Gi0GUojFNpXFLAiQQu6i_DcH_5Pjk_wSjg4Ddo87vpwZl-fRwsz' +
    'xQtDebqypK7lgUxl3aJeIrCIBhI47I05Bhp1uy_peKo3S_er354DgKVohH34ZUU0QJL7Jj10RxbQ6164wax-f3f2wr' +
    '9vEv9vXEmiBobO_mYb3OagDorA4t0Vl1qZyDl2fbplkPrzvvqWVyWnAQoleew5Fg7KbKwLAAWqZu_i2eHDGrlCeim9' +
    'xgj552kPhI2b_OAprrKM0QinBCg',
  hint: 'azE.ODajGGqw7tL_JBj4.BEFl35IUlwSGlWmKph9XMS5HndmOe1tcYnho5w',
  idToken: 'Amsx_sHJP7oCrg9CJR1wRk8M2pu-C0v_cjbgW6jUgFGLV89Ra8H0uIO5McC17KbanQ',
} as const
