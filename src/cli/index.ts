export { type DoctorParts, doctor } from './doctor.js';
